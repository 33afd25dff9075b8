import type { QuoteLevel } from './quotes.ts';

/** Levels of one side of a wish as columns: a market maker states thousands a second, and nothing is made for a wish that is the last one. */
export class QuoteColumns {
  count = 0;
  price = new Float64Array(4);
  amount = new Float64Array(4);

  /** These are the levels at hand. */
  isSame(levels: readonly QuoteLevel[]): boolean {
    const { count, price, amount } = this;
    if (levels.length !== count) return false;
    for (let i = 0; i < count; i++) {
      const level = levels[i]!;
      if (level.price !== price[i] || level.amount !== amount[i]) return false;
    }
    return true;
  }

  /** Copies levels: an author may fill the same objects anew each time. */
  set(levels: readonly QuoteLevel[]): void {
    const { length } = levels;
    if (length > this.price.length) {
      this.price = new Float64Array(2 * length);
      this.amount = new Float64Array(2 * length);
    }
    const { price, amount } = this;
    for (let i = 0; i < length; i++) {
      const level = levels[i]!;
      price[i] = level.price;
      amount[i] = level.amount;
    }
    this.count = length;
  }

  /** The levels as objects. */
  get levels(): QuoteLevel[] {
    return Array.from({ length: this.count }, (_, i) => ({ price: this.price[i]!, amount: this.amount[i]! }));
  }
}
