import type { LotGrid } from './book-events.ts';
import type { PriceLadder } from './ladder.ts';
import { NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from './ladder-side.ts';

/**
 * The best N levels of a ladder in prices and amounts, in arrays made once. `refresh` walks the ladder's occupied ticks; nothing is
 * allocated or shifted. Its shape is what the microstructure features read.
 */
export class TopView {
  time = 0;
  bids = 0;
  asks = 0;
  readonly bidPrice: Float64Array;
  readonly bidSize: Float64Array;
  readonly askPrice: Float64Array;
  readonly askSize: Float64Array;
  readonly #ladder: PriceLadder;
  readonly #grid: LotGrid;

  constructor(ladder: PriceLadder, levels: number, grid: LotGrid) {
    this.#ladder = ladder;
    this.#grid = grid;
    this.bidPrice = new Float64Array(levels);
    this.bidSize = new Float64Array(levels);
    this.askPrice = new Float64Array(levels);
    this.askSize = new Float64Array(levels);
  }

  /**
   * Reads the ladder as of `time` (ms UTC), less own resting size where the feed shows it (live; a recorded feed does not).
   * A level that holds nothing else is passed over.
   * @param own lots by tick and side: `(1 bid | -1 ask, tick) -> lots`
   */
  refresh(time: number, own?: (side: 1 | -1, tick: number) => number): this {
    const { tickSize, lotSize } = this.#grid;
    const { bids, asks } = this.#ladder;
    const levels = this.bidPrice.length;
    let n = 0;
    for (let tick = this.#ladder.bestBid; n < levels && tick !== NO_LEVEL_BELOW; tick = bids.next(tick)) {
      const lots = own === undefined ? bids.get(tick) : bids.get(tick) - own(1, tick);
      if (lots <= 0) continue;
      this.bidPrice[n] = tick * tickSize;
      this.bidSize[n++] = lots * lotSize;
    }
    this.bids = n;
    n = 0;
    for (let tick = this.#ladder.bestAsk; n < levels && tick !== NO_LEVEL_ABOVE; tick = asks.next(tick)) {
      const lots = own === undefined ? asks.get(tick) : asks.get(tick) - own(-1, tick);
      if (lots <= 0) continue;
      this.askPrice[n] = tick * tickSize;
      this.askSize[n++] = lots * lotSize;
    }
    this.asks = n;
    this.time = time;
    return this;
  }
}
