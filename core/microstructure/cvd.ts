import { Ring } from './ring.ts';
import { requireCount, requirePositive, type Savable, StateReader } from './state.ts';

/** Options of cumulative volume delta. */
export interface CvdOptions {
  readonly bucketMs?: number;
  /** Time buckets in the rolling window, the running one included. */
  readonly buckets?: number;
  /** Divergence beyond which it overrides momentum (0.3). */
  readonly override?: number;
}

/**
 * Cumulative volume delta: bought minus sold volume (base units), since the start and over a rolling window of time buckets, with
 * divergence from price (after Bouchaud, Gefen, Potters and Wyart, Quantitative Finance 4(2), 2004). Empty buckets are skipped.
 * Divergence compares the window's halves: price up while delta falls is bearish (-), price down while delta rises is bullish (+).
 * Its size is min(1, |second half - first half| / sum of |delta|), 0 below four buckets. Guards: worthless while the trade classifier is
 * unreliable; in a genuine break-out the divergence is real and the reversal never comes, so ask VPIN too.
 */
export class Cvd implements Savable {
  readonly #bucketMs: number;
  readonly #override: number;
  readonly #deltas: Ring;
  readonly #prices: Ring;
  #bucket = Number.NaN;
  #openDelta = 0;
  #openPrice = Number.NaN;
  #closedDelta = 0;
  #total = 0;

  constructor(options: CvdOptions = {}) {
    this.#bucketMs = requirePositive('bucketMs', options.bucketMs ?? 1000);
    this.#override = options.override ?? 0.3;
    // The running bucket is held apart from the finished ones.
    const finished = requireCount('buckets', options.buckets ?? 60, 4) - 1;
    this.#deltas = new Ring(finished);
    this.#prices = new Ring(finished);
  }

  /** Since the start. */
  get value(): number {
    return this.#total;
  }

  /** Over the rolling window. */
  get windowDelta(): number {
    return this.#closedDelta + this.#openDelta;
  }

  /** Adds a trade; `side` is 1 for a buyer's, -1 for a seller's. `time` in ms UTC must not go back: an older one joins the running bucket. */
  add(time: number, price: number, size: number, side: number): void {
    if (!(size > 0) || !(price > 0)) return;
    const bucket = Math.floor(time / this.#bucketMs);
    if (!(bucket <= this.#bucket)) this.#open(bucket);
    const delta = side > 0 ? size : -size;
    this.#openDelta += delta;
    this.#openPrice = price;
    this.#total += delta;
  }

  #open(bucket: number): void {
    if (!Number.isNaN(this.#bucket)) {
      this.#deltas.push(this.#openDelta);
      this.#prices.push(this.#openPrice);
      let sum = 0;
      for (let i = 0; i < this.#deltas.length; i++) sum += this.#deltas.at(i);
      this.#closedDelta = sum;
    }
    this.#bucket = bucket;
    this.#openDelta = 0;
  }

  /** -1..1: negative bearish, positive bullish, 0 none. Costs one pass over the buckets. */
  get divergence(): number {
    const closed = this.#deltas.length;
    const n = closed + 1;
    if (n < 4) return 0;
    const half = Math.floor(n / 2);
    let slope = 0;
    let size = 0;
    let firstPrice = 0;
    let secondPrice = 0;
    for (let i = 0; i < n; i++) {
      const delta = i < closed ? this.#deltas.at(i) : this.#openDelta;
      const price = i < closed ? this.#prices.at(i) : this.#openPrice;
      size += Math.abs(delta);
      if (i < half) {
        slope -= delta;
        firstPrice += price;
      } else {
        slope += delta;
        secondPrice += price;
      }
    }
    if (size < 1e-12) return 0;
    const priceSlope = secondPrice / (n - half) - firstPrice / half;
    const strength = Math.min(1, Math.abs(slope) / size);
    if (priceSlope > 0 && slope < 0) return -strength;
    return priceSlope < 0 && slope > 0 ? strength : 0;
  }

  /** True while the divergence outranks momentum signals. */
  get isOverriding(): boolean {
    return Math.abs(this.divergence) > this.#override;
  }

  save(): number[] {
    const numbers = [this.#bucketMs, this.#bucket, this.#openDelta, this.#openPrice, this.#closedDelta, this.#total];
    return [...numbers, ...this.#deltas.save(), ...this.#prices.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    reader.expect('bucketMs', this.#bucketMs);
    this.#bucket = reader.next();
    this.#openDelta = reader.next();
    this.#openPrice = reader.next();
    this.#closedDelta = reader.next();
    this.#total = reader.next();
    this.#deltas.load(reader);
    this.#prices.load(reader);
  }
}
