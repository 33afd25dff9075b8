import { type BookTop, midOf } from './book-top.ts';
import { MidIndicators } from './mid-indicators.ts';
import { type Savable, StateReader } from './state.ts';
import { VectorNormaliser } from './vector-normaliser.ts';
import type { NormaliserOptions } from './welford.ts';

const SIZE = 21;

/** Options of the book vector. */
export interface LobFeatureOptions extends NormaliserOptions {
  /** A book older than this is stale: its features are zeros (10 s; set it to the feed's own update interval). */
  readonly maxAgeMs?: number;
}

/**
 * The 21-dimensional book vector: five bid sizes, five ask sizes, five imbalances (bid - ask) / (bid + ask), spread, and RSI, two EMAs,
 * ATR and Bollinger width of the mid; raw and as rolling z-scores over 100 snapshots. Levels that do not exist count as size 0.
 * A dead feed repeats itself, which a model would read as "no change": `read` therefore gives zeros once the book is older than `maxAgeMs`.
 * One instance per pair: never normalise across pairs.
 */
export class LobFeatures implements Savable {
  readonly size = SIZE;
  readonly raw = new Float64Array(SIZE);
  readonly z = new Float64Array(SIZE);
  readonly #normaliser: VectorNormaliser;
  readonly #indicators = new MidIndicators();
  readonly #maxAgeMs: number;
  #time = Number.NEGATIVE_INFINITY;

  constructor(options: LobFeatureOptions = {}) {
    this.#maxAgeMs = options.maxAgeMs ?? 10_000;
    this.#normaliser = new VectorNormaliser(SIZE, options);
  }

  get isReady(): boolean {
    return this.#normaliser.isReady;
  }

  /** Takes a snapshot. One with an empty or crossed side is ignored: returns false. */
  update(top: BookTop): boolean {
    const mid = midOf(top);
    if (!(mid > 0) || top.askPrice[0]! < top.bidPrice[0]!) return false;
    const { raw, z } = this;
    const indicators = this.#indicators;
    indicators.update(mid);
    for (let k = 0; k < 5; k++) {
      const bid = k < top.bids ? top.bidSize[k]! : 0;
      const ask = k < top.asks ? top.askSize[k]! : 0;
      const total = bid + ask;
      raw[k] = bid;
      raw[5 + k] = ask;
      raw[10 + k] = total > 1e-8 ? (bid - ask) / total : 0;
    }
    raw[15] = top.askPrice[0]! - top.bidPrice[0]!;
    raw[16] = indicators.rsi;
    raw[17] = indicators.ema12;
    raw[18] = indicators.ema26;
    raw[19] = indicators.atr;
    raw[20] = indicators.bollingerWidth;
    this.#normaliser.update(raw, z);
    this.#time = top.time;
    return true;
  }

  /** True when the latest snapshot is too old at `now` (ms UTC) to be traded on, and before the first one. */
  isStale(now: number): boolean {
    return now - this.#time > this.#maxAgeMs;
  }

  /** Writes the z-scores into `out` from `offset` on, zeros when stale; returns whether they are fresh. */
  read(now: number, out: Float64Array, offset = 0): boolean {
    const isFresh = !this.isStale(now);
    for (let i = 0; i < SIZE; i++) out[offset + i] = isFresh ? this.z[i]! : 0;
    return isFresh;
  }

  save(): number[] {
    return [this.#time, ...this.raw, ...this.z, ...this.#indicators.save(), ...this.#normaliser.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#time = reader.next();
    reader.fill(this.raw);
    reader.fill(this.z);
    this.#indicators.load(reader);
    this.#normaliser.load(reader);
  }
}
