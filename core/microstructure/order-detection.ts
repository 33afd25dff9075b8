import { requireCount, requirePositive, type Savable, StateReader } from './state.ts';

/** A run of one taker's trades through several prices. */
export interface SweepOptions {
  /** Prices that must be hit. */
  readonly minLevels?: number;
  /** Longest pause between its trades, ms. */
  readonly maxGapMs?: number;
}

/**
 * Detects sweeps: trades of one side within `maxGapMs` of each other that walk through `minLevels` ever worse prices.
 * `levels` and `size` describe the run so far, `isSweep` turns true the moment the last wanted level is hit.
 */
export class SweepDetector implements Savable {
  levels = 0;
  /** Base units taken by the run. */
  size = 0;
  /** 1 buyer's, -1 seller's, 0 before the first trade. */
  side = 0;
  readonly #minLevels: number;
  readonly #maxGapMs: number;
  #price = Number.NaN;
  #time = Number.NaN;

  constructor(options: SweepOptions = {}) {
    this.#minLevels = requireCount('minLevels', options.minLevels ?? 3, 2);
    this.#maxGapMs = requirePositive('maxGapMs', options.maxGapMs ?? 10);
  }

  get isSweep(): boolean {
    return this.levels >= this.#minLevels;
  }

  /** Adds a trade and returns whether the run is a sweep by now. */
  add(time: number, price: number, size: number, side: 1 | -1): boolean {
    const step = (price - this.#price) * side;
    const continues = side === this.side && time - this.#time <= this.#maxGapMs && step >= 0;
    if (continues) {
      if (step > 0) this.levels++;
      this.size += size;
    } else {
      this.levels = 1;
      this.size = size;
    }
    this.side = side;
    this.#price = price;
    this.#time = time;
    return this.isSweep;
  }

  save(): number[] {
    return [this.levels, this.size, this.side, this.#price, this.#time];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.levels = reader.next();
    this.size = reader.next();
    this.side = reader.next();
    this.#price = reader.next();
    this.#time = reader.next();
  }
}

/**
 * Detects an iceberg order at one side's best price: after a trade takes size there, the level shows more than what should be left.
 * `minRefills` such refills at one price make it an iceberg; `hiddenSize` is what appeared beyond the display so far (base units).
 * Use one instance per side. Several participants refilling look the same: no public feed can tell them apart.
 */
export class IcebergDetector implements Savable {
  refills = 0;
  hiddenSize = 0;
  readonly #minRefills: number;
  #price = Number.NaN;
  #shown = 0;
  #taken = 0;

  constructor(minRefills = 3) {
    this.#minRefills = requireCount('minRefills', minRefills);
  }

  get isIceberg(): boolean {
    return this.refills >= this.#minRefills;
  }

  /** The price that is watched; NaN before the first book. */
  get price(): number {
    return this.#price;
  }

  /** A trade that hit this side. */
  onTrade(price: number, size: number): void {
    if (price === this.#price) this.#taken += size;
  }

  /** The side's best price and the size shown there. A new price starts anew. */
  onBest(price: number, shown: number): boolean {
    if (price !== this.#price) {
      this.#price = price;
      this.refills = 0;
      this.hiddenSize = 0;
    } else if (this.#taken > 0) {
      const refill = shown - Math.max(0, this.#shown - this.#taken);
      if (refill > 1e-12) {
        this.refills++;
        this.hiddenSize += refill;
      }
    }
    this.#shown = shown;
    this.#taken = 0;
    return this.isIceberg;
  }

  save(): number[] {
    return [this.refills, this.hiddenSize, this.#price, this.#shown, this.#taken];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.refills = reader.next();
    this.hiddenSize = reader.next();
    this.#price = reader.next();
    this.#shown = reader.next();
    this.#taken = reader.next();
  }
}
