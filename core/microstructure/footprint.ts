import { requirePositive } from './state.ts';

/** Bought and sold volume at one price of a candle. */
export interface FootprintLevel {
  /** Lower edge of the price step. */
  readonly price: number;
  readonly bought: number;
  readonly sold: number;
}

/** A finished candle with its volume by price and its delta. */
export interface FootprintCandle {
  /** Opening time, ms UTC. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Bought minus sold; its running extremes inside the candle. */
  readonly delta: number;
  readonly maxDelta: number;
  readonly minDelta: number;
  /** Ascending by price. */
  readonly levels: readonly FootprintLevel[];
  /** Lower edges of runs of at least `stack` neighbouring prices at which buyers (sellers) outweigh their diagonal opposite. */
  readonly stackedBuys: readonly number[];
  readonly stackedSells: readonly number[];
}

export interface FootprintOptions {
  readonly candleMs: number;
  /** Height of a price step, quote units. */
  readonly priceStep: number;
  /** How many times the diagonal opposite counts as an imbalance (3). */
  readonly imbalance?: number;
  /** Neighbouring imbalances that count as stacked (3). */
  readonly stack?: number;
}

/**
 * Builds footprint and delta candles from classified trades. An imbalance compares what was bought at a price with what was sold one step
 * below (the diagonal: what lifted the ask against what hit the bid), at least `imbalance` times. Empty periods give no candle.
 */
export class Footprint {
  readonly #options: Required<FootprintOptions>;
  readonly #onCandle: (candle: FootprintCandle) => void;
  readonly #levels = new Map<number, { bought: number; sold: number }>();
  #time = Number.NaN;
  #open = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #delta = 0;
  #maxDelta = 0;
  #minDelta = 0;

  constructor(options: FootprintOptions, onCandle: (candle: FootprintCandle) => void) {
    this.#options = {
      candleMs: requirePositive('candleMs', options.candleMs),
      priceStep: requirePositive('priceStep', options.priceStep),
      imbalance: requirePositive('imbalance', options.imbalance ?? 3),
      stack: requirePositive('stack', options.stack ?? 3),
    };
    this.#onCandle = onCandle;
  }

  /** Delta of the candle at hand. */
  get delta(): number {
    return this.#delta;
  }

  /** A trade; an earlier `time` than the candle at hand joins it. */
  add(time: number, price: number, size: number, side: number): void {
    const { candleMs, priceStep } = this.#options;
    const start = Math.floor(time / candleMs) * candleMs;
    if (!(start <= this.#time)) {
      this.flush();
      this.#time = start;
      this.#open = price;
      this.#high = price;
      this.#low = price;
    }
    this.#close = price;
    this.#high = Math.max(this.#high, price);
    this.#low = Math.min(this.#low, price);
    // A billionth of a step is binary noise.
    const step = Math.floor(price / priceStep + 1e-9);
    const level = this.#levels.get(step) ?? { bought: 0, sold: 0 };
    if (side > 0) level.bought += size;
    else level.sold += size;
    this.#levels.set(step, level);
    this.#delta += side > 0 ? size : -size;
    this.#maxDelta = Math.max(this.#maxDelta, this.#delta);
    this.#minDelta = Math.min(this.#minDelta, this.#delta);
  }

  /** Ends the candle at hand, where there is one. */
  flush(): void {
    if (this.#levels.size === 0) return;
    const { priceStep } = this.#options;
    const steps = [...this.#levels.keys()].sort((a, b) => a - b);
    const levels = steps.map((step) => ({ price: step * priceStep, ...this.#levels.get(step)! }));
    this.#onCandle({
      time: this.#time,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: this.#close,
      volume: levels.reduce((sum, l) => sum + l.bought + l.sold, 0),
      delta: this.#delta,
      maxDelta: this.#maxDelta,
      minDelta: this.#minDelta,
      levels,
      stackedBuys: this.#stacks(steps, (step) => [this.#at(step).bought, this.#at(step - 1).sold]),
      stackedSells: this.#stacks(steps, (step) => [this.#at(step).sold, this.#at(step + 1).bought]),
    });
    this.#levels.clear();
    this.#delta = 0;
    this.#maxDelta = 0;
    this.#minDelta = 0;
  }

  #at(step: number): { readonly bought: number; readonly sold: number } {
    return this.#levels.get(step) ?? { bought: 0, sold: 0 };
  }

  #stacks(steps: readonly number[], pair: (step: number) => readonly [number, number]): number[] {
    const { imbalance, stack, priceStep } = this.#options;
    const found: number[] = [];
    let run = 0;
    for (let i = 0; i < steps.length; i++) {
      const [mine, theirs] = pair(steps[i]!);
      const isNeighbour = i > 0 && steps[i]! === steps[i - 1]! + 1;
      const isImbalanced = mine > 0 && mine >= imbalance * theirs;
      run = isImbalanced ? (isNeighbour ? run + 1 : 1) : 0;
      if (run === stack) found.push((steps[i]! - stack + 1) * priceStep);
    }
    return found;
  }
}
