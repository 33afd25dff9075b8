import type { BookTop } from './book-top.ts';
import { requireCount, requirePositive, type Savable, StateReader } from './state.ts';

/**
 * Flicker score of one side: the share of size that appeared in the first levels within the last `windowMs` and went again without having
 * traded. Layers that come and go (spoofing, in the extreme) bring it near 1; a side that only trades and refills stays near 0. Exponentially
 * forgotten. NaN before anything went. A public feed cannot tell intent: treat a high score as "depth on this side is not to be relied on".
 */
export class Flicker implements Savable {
  readonly #levels: number;
  readonly #windowMs: number;
  readonly #isBid: boolean;
  readonly #prices: Float64Array;
  readonly #sizes: Float64Array;
  #count = 0;
  #time = Number.NaN;
  #added = 0;
  #withdrawn = 0;
  #traded = 0;
  /** Traded size that the book has not shown leaving yet. */
  #pending = 0;

  constructor(side: 'bid' | 'ask', options: { readonly levels?: number; readonly windowMs?: number } = {}) {
    this.#levels = requireCount('levels', options.levels ?? 5);
    this.#windowMs = requirePositive('windowMs', options.windowMs ?? 5000);
    this.#isBid = side === 'bid';
    this.#prices = new Float64Array(this.#levels);
    this.#sizes = new Float64Array(this.#levels);
  }

  /** 0..1: withdrawn without trading, over all that left. */
  get score(): number {
    const left = this.#withdrawn + this.#traded;
    return left < 1e-12 ? Number.NaN : this.#withdrawn / left;
  }

  /** Size that appeared per unit that traded: quote traffic against real trade. NaN before a trade. */
  get addedPerTraded(): number {
    return this.#traded < 1e-12 ? Number.NaN : this.#added / this.#traded;
  }

  /** A trade that hit this side. */
  onTrade(size: number): void {
    if (!(size > 0)) return;
    this.#traded += size;
    // The book change that follows shows the same size leaving: it must not count as withdrawn.
    this.#pending += size;
  }

  update(top: BookTop): void {
    const n = Math.min(this.#levels, this.#isBid ? top.bids : top.asks);
    const prices = this.#isBid ? top.bidPrice : top.askPrice;
    const sizes = this.#isBid ? top.bidSize : top.askSize;
    this.#forget(top.time);
    // Levels beyond the worst price of either snapshot came into or fell out of view; only the common range is compared.
    const sign = this.#isBid ? -1 : 1;
    const last =
      this.#count > 0 && n > 0
        ? sign * Math.min(sign * this.#prices[this.#count - 1]!, sign * prices[n - 1]!)
        : Number.NaN;
    let i = 0;
    let k = 0;
    while (!Number.isNaN(last)) {
      const old = i < this.#count && sign * this.#prices[i]! <= sign * last ? this.#prices[i]! : Number.NaN;
      const fresh = k < n && sign * prices[k]! <= sign * last ? prices[k]! : Number.NaN;
      if (Number.isNaN(old) && Number.isNaN(fresh)) break;
      if (old === fresh) this.#change(sizes[k++]! - this.#sizes[i++]!);
      else if (Number.isNaN(fresh) || sign * old < sign * fresh) this.#change(-this.#sizes[i++]!);
      else this.#change(sizes[k++]!);
    }
    this.#pending = 0;
    this.#count = n;
    for (let j = 0; j < n; j++) {
      this.#prices[j] = prices[j]!;
      this.#sizes[j] = sizes[j]!;
    }
  }

  #change(by: number): void {
    if (by > 0) this.#added += by;
    else if (by < 0) {
      const byTrade = Math.min(-by, this.#pending);
      this.#pending -= byTrade;
      this.#withdrawn += -by - byTrade;
    }
  }

  #forget(time: number): void {
    if (!Number.isNaN(this.#time) && time > this.#time) {
      const keep = Math.exp(-(time - this.#time) / this.#windowMs);
      this.#added *= keep;
      this.#withdrawn *= keep;
      this.#traded *= keep;
    }
    this.#time = time;
  }

  save(): number[] {
    const numbers = [this.#levels, this.#count, this.#time, this.#added, this.#withdrawn, this.#traded, this.#pending];
    return [...numbers, ...this.#prices, ...this.#sizes];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    reader.expect('levels', this.#levels);
    this.#count = reader.next();
    this.#time = reader.next();
    this.#added = reader.next();
    this.#withdrawn = reader.next();
    this.#traded = reader.next();
    this.#pending = reader.next();
    reader.fill(this.#prices);
    reader.fill(this.#sizes);
  }
}
