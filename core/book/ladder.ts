import { LadderSide, NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from './ladder-side.ts';

/**
 * An order book by price tick. A new best bid at or above the best ask moves the best ask to the next level above it (and mirrored):
 * feeds cross for a moment when an update of one side arrives before the other's. The levels passed over stay stored until their own
 * update, as a book built from the same feed elsewhere would keep them.
 */
export class PriceLadder {
  readonly bids: LadderSide;
  readonly asks: LadderSide;
  /** Asks and bids, by `(side + 1) >> 1`: which side a row is about cannot be foreseen, and a look-up costs less than a branch that goes wrong. */
  readonly sides: readonly [LadderSide, LadderSide];
  readonly #margin: number;
  #isPlaced = false;

  /** @param window ticks held densely on each side, a power of two */
  constructor(window = 16_384) {
    this.bids = new LadderSide(window, 1);
    this.asks = new LadderSide(window, -1);
    this.sides = [this.asks, this.bids];
    this.#margin = window >>> 3;
  }

  /** Ticks; NO_LEVEL_BELOW when there is no bid. */
  get bestBid(): number {
    return this.bids.bestKey;
  }

  /** Ticks; NO_LEVEL_ABOVE when there is no ask. */
  get bestAsk(): number {
    return 0 - this.asks.bestKey;
  }

  /** Levels of one side reach into the other: the best prices, which are kept apart, do not show it. */
  get isCrossed(): boolean {
    const { bids, asks, bestBid, bestAsk } = this;
    return bids.next(NO_LEVEL_ABOVE) >= bestAsk || asks.next(NO_LEVEL_BELOW) <= bestBid;
  }

  /** Both sides have a level. */
  get hasBoth(): boolean {
    return this.bids.bestKey !== NO_LEVEL_BELOW && this.asks.bestKey !== NO_LEVEL_BELOW;
  }

  /** Sets the size of a level (0 removes it) and returns the size before. `side`: 1 bids, -1 asks. */
  set(side: number, tick: number, lots: number): number {
    if (!this.#isPlaced) this.#place(tick);
    const own = this.sides[(side + 1) >> 1]!;
    const key = side * tick;
    const before = own.setKey(key, lots);
    if (lots === 0) {
      if (key === own.bestKey) own.bestKey = own.nextKey(key);
    } else if (key > own.bestKey) this.#improve(own, key);
    return before;
  }

  #improve(own: LadderSide, key: number): void {
    own.bestKey = key;
    const other = own === this.bids ? this.asks : this.bids;
    if (key + other.bestKey >= 0) other.bestKey = other.nextKey(-key);
    const tick = own.sign * key;
    const low = this.bids.low;
    if (tick < low + this.#margin || tick >= low + this.bids.size - this.#margin) this.#place(tick);
  }

  /** Removes the levels of one side (0: both), all of them or, with `upTo` above 0, those at that price or better. */
  clear(side: 1 | -1 | 0 = 0, upTo = 0): void {
    for (const own of this.sides) {
      if (own.sign === -side) continue;
      if (upTo > 0) while (own.bestKey >= own.sign * upTo) this.set(own.sign, own.sign * own.bestKey, 0);
      else own.clear();
    }
  }

  #place(tick: number): void {
    this.#isPlaced = true;
    this.bids.centre(tick);
    this.asks.centre(-tick);
  }
}
