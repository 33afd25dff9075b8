import type { Holder, Purse } from './spot-cash.ts';

/**
 * Coins that sells of a spot market hold back from the moment they are sent until they have filled or ended, as an exchange does: no two sells ever offer the
 * same coins, and what the engine's own exits are to sell is theirs. Lots.
 */
export class SpotCoins implements Purse {
  readonly #have: () => number;
  #held = 0;

  /** @param have lots that may be sold by quotes and by hand, those held back included */
  constructor(have: () => number) {
    this.#have = have;
  }

  /** Lots that no sell holds; never below 0. */
  get free(): number {
    return Math.max(0, this.#have() - this.#held);
  }

  take(order: Holder, lots: number): boolean {
    if (lots - order.held > this.free) return false;
    this.#hold(order, lots);
    return true;
  }

  /** Until the exchange has answered it may fill as it was and as it shall be: it holds the larger of the two. */
  change(order: Holder & { readonly lots: number }, lots: number): boolean {
    return lots <= order.lots || this.take(order, lots);
  }

  keep(order: Holder, lots: number): void {
    this.#hold(order, Math.min(order.held, lots));
  }

  #hold(order: Holder, lots: number): void {
    this.#held += lots - order.held;
    order.held = lots;
  }
}
