import { LadderSide, NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from './ladder-side.ts';

/**
 * An order book by price tick. A new best bid at or above the best ask moves the best ask to the next level above it (and mirrored):
 * feeds cross for a moment when an update of one side arrives before the other's. The levels passed over stay stored until their own
 * update, as a book built from the same feed elsewhere would keep them.
 */
export class PriceLadder {
  readonly bids: LadderSide;
  readonly asks: LadderSide;
  /** Ticks; NO_LEVEL_BELOW or NO_LEVEL_ABOVE when the side is empty. */
  bestBid = NO_LEVEL_BELOW;
  bestAsk = NO_LEVEL_ABOVE;
  readonly #margin: number;
  #isPlaced = false;

  /** @param window ticks held densely on each side, a power of two */
  constructor(window = 16_384) {
    this.bids = new LadderSide(window);
    this.asks = new LadderSide(window);
    this.#margin = window >>> 3;
  }

  /** Levels of one side reach into the other: the best prices, which are kept apart, do not show it. */
  get isCrossed(): boolean {
    const { bids, asks, bestBid, bestAsk } = this;
    return bids.nextAbove(bestAsk - 1) !== NO_LEVEL_ABOVE || asks.nextBelow(bestBid + 1) !== NO_LEVEL_BELOW;
  }

  /** Both sides have a level. */
  get hasBoth(): boolean {
    return this.bestBid !== NO_LEVEL_BELOW && this.bestAsk !== NO_LEVEL_ABOVE;
  }

  /** Sets the size of a bid level (0 removes it) and returns the size before. */
  setBid(tick: number, lots: number): number {
    if (!this.#isPlaced) this.#place(tick);
    const before = this.bids.set(tick, lots);
    if (lots === 0) {
      if (tick === this.bestBid) this.bestBid = this.bids.nextBelow(tick);
    } else if (tick > this.bestBid) {
      this.bestBid = tick;
      if (tick >= this.bestAsk) this.bestAsk = this.asks.nextAbove(tick);
      this.#keepCentred(tick);
    }
    return before;
  }

  /** Sets the size of an ask level (0 removes it) and returns the size before. */
  setAsk(tick: number, lots: number): number {
    if (!this.#isPlaced) this.#place(tick);
    const before = this.asks.set(tick, lots);
    if (lots === 0) {
      if (tick === this.bestAsk) this.bestAsk = this.asks.nextAbove(tick);
    } else if (tick < this.bestAsk) {
      this.bestAsk = tick;
      if (tick <= this.bestBid) this.bestBid = this.bids.nextBelow(tick);
      this.#keepCentred(tick);
    }
    return before;
  }

  /** Removes the levels of one side (0: both), all of them or, with `upTo` above 0, those at that price or better. */
  clear(side: 1 | -1 | 0 = 0, upTo = 0): void {
    if (side >= 0) {
      if (upTo > 0) while (this.bestBid >= upTo) this.setBid(this.bestBid, 0);
      else {
        this.bids.clear();
        this.bestBid = NO_LEVEL_BELOW;
      }
    }
    if (side <= 0) {
      if (upTo > 0) while (this.bestAsk <= upTo) this.setAsk(this.bestAsk, 0);
      else {
        this.asks.clear();
        this.bestAsk = NO_LEVEL_ABOVE;
      }
    }
  }

  #place(tick: number): void {
    this.#isPlaced = true;
    this.bids.centre(tick);
    this.asks.centre(tick);
  }

  #keepCentred(tick: number): void {
    const low = this.bids.low;
    if (tick >= low + this.#margin && tick < low + this.bids.size - this.#margin) return;
    this.#place(tick);
  }
}
