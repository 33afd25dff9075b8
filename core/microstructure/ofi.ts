import type { BookTop } from './book-top.ts';
import { requireCount, type Savable, StateReader } from './state.ts';
import { SlidingNormaliser } from './welford.ts';

/** Options of order flow imbalance. */
export interface OfiOptions {
  /** Levels compared; beyond five adds noise. */
  readonly levels?: number;
  /** Updates in the rolling z-score. */
  readonly window?: number;
  readonly minStd?: number;
}

/**
 * Order flow imbalance of Cont, Kukanov and Stoikov (Journal of Financial Economics 104(2), 2014), summed over the first levels:
 * at each update, size added to bids minus size added to asks, a level whose price moved counting as removed and added in full.
 * In base units; `perLevel` is the multi-level form (Xu, Gould and Howison, 2018). NaN for the first snapshot.
 * Guards: phantom swings in thin books whose deep orders are pulled and posted again; worthless around funding and maintenance.
 */
export class OrderFlowImbalance implements Savable {
  readonly levels: number;
  /** The latest imbalance of each level; levels that one of the two books lacks are 0. */
  readonly perLevel: Float64Array;
  readonly #normaliser: SlidingNormaliser;
  readonly #previous: Float64Array;
  #bids = -1;
  #asks = -1;
  #raw = Number.NaN;
  #z = Number.NaN;

  constructor(options: OfiOptions = {}) {
    this.levels = requireCount('levels', options.levels ?? 5);
    this.perLevel = new Float64Array(this.levels);
    this.#previous = new Float64Array(4 * this.levels);
    this.#normaliser = new SlidingNormaliser({ window: options.window ?? 100, minStd: options.minStd ?? 1e-8 });
  }

  /** Sum over levels at the latest update, base units. */
  get raw(): number {
    return this.#raw;
  }

  /** Rolling z-score of `raw`. */
  get z(): number {
    return this.#z;
  }

  get isReady(): boolean {
    return this.#normaliser.isReady;
  }

  /** Compares with the last snapshot and returns the z-score. */
  update(top: BookTop): number {
    if (this.#bids >= 0) {
      this.#raw = this.#compare(top);
      this.#z = this.#normaliser.update(this.#raw);
    }
    this.#keep(top);
    return this.#z;
  }

  #compare(top: BookTop): number {
    const previous = this.#previous;
    const perLevel = this.perLevel;
    const n = Math.min(this.levels, this.#bids, this.#asks, top.bids, top.asks);
    perLevel.fill(0);
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const at = 4 * k;
      const bid = flow(top.bidPrice[k]! - previous[at]!, top.bidSize[k]!, previous[at + 1]!);
      const ask = flow(previous[at + 2]! - top.askPrice[k]!, top.askSize[k]!, previous[at + 3]!);
      perLevel[k] = bid - ask;
      sum += bid - ask;
    }
    return sum;
  }

  #keep(top: BookTop): void {
    const previous = this.#previous;
    const levels = this.levels;
    this.#bids = Math.min(levels, top.bids);
    this.#asks = Math.min(levels, top.asks);
    for (let k = 0; k < levels; k++) {
      const at = 4 * k;
      previous[at] = k < top.bids ? top.bidPrice[k]! : 0;
      previous[at + 1] = k < top.bids ? top.bidSize[k]! : 0;
      previous[at + 2] = k < top.asks ? top.askPrice[k]! : 0;
      previous[at + 3] = k < top.asks ? top.askSize[k]! : 0;
    }
  }

  /** Forgets the last snapshot, so that a gap in the feed is not taken for order flow; the normaliser stays. */
  forgetBook(): void {
    this.#bids = -1;
    this.#asks = -1;
  }

  save(): number[] {
    const numbers = [this.levels, this.#bids, this.#asks, this.#raw, this.#z];
    return [...numbers, ...this.#previous, ...this.perLevel, ...this.#normaliser.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    reader.expect('levels', this.levels);
    this.#bids = reader.next();
    this.#asks = reader.next();
    this.#raw = reader.next();
    this.#z = reader.next();
    reader.fill(this.#previous);
    reader.fill(this.perLevel);
    this.#normaliser.load(reader);
  }
}

/** Size change of a level whose price improved by `gain` since the last snapshot. */
function flow(gain: number, size: number, previousSize: number): number {
  if (gain > 1e-12) return size;
  return gain < -1e-12 ? -previousSize : size - previousSize;
}
