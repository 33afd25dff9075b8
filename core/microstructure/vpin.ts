import { Ring } from './ring.ts';
import { requireCount, requirePositive, type Savable, StateReader } from './state.ts';

export type VpinRegime = 'Low' | 'Medium' | 'High' | 'Extreme';

/** Options of VPIN. Volumes in base units. */
export interface VpinOptions {
  readonly bucketVolume: number;
  /** Buckets averaged (N); 50 in the paper. */
  readonly buckets?: number;
  /** Called for each bucket that closes; for tests and pictures. */
  readonly onBucket?: (buy: number, sell: number) => void;
}

/**
 * Volume-synchronised probability of informed trading: the mean of |buy - sell| / volume over the last N buckets of equal volume
 * (Easley, López de Prado and O'Hara, Review of Financial Studies 25(5), 2012). Feed it classified trades.
 * A trade larger than the room left is split over buckets. NaN before the first bucket closes; `isReady` from N buckets on.
 * It is a filter, not a signal: it says how much to trade, not which way. Guards: one order that fills buckets alone gives false
 * extremes on illiquid pairs, and a one-shot liquidation is over before the buckets have turned.
 */
export class Vpin implements Savable {
  readonly bucketVolume: number;
  readonly #onBucket: ((buy: number, sell: number) => void) | undefined;
  readonly #imbalances: Ring;
  #buy = 0;
  #sell = 0;
  #completed = 0;
  #vpin = Number.NaN;

  constructor(options: VpinOptions) {
    this.bucketVolume = requirePositive('bucketVolume', options.bucketVolume);
    this.#imbalances = new Ring(requireCount('buckets', options.buckets ?? 50));
    this.#onBucket = options.onBucket;
  }

  /** 0..1; NaN before the first completed bucket. */
  get value(): number {
    return this.#vpin;
  }

  get completed(): number {
    return this.#completed;
  }

  get isReady(): boolean {
    return this.#completed >= this.#imbalances.capacity;
  }

  get openBuy(): number {
    return this.#buy;
  }

  get openSell(): number {
    return this.#sell;
  }

  /** null before the first completed bucket. */
  get regime(): VpinRegime | null {
    return Number.isNaN(this.#vpin) ? null : vpinRegime(this.#vpin);
  }

  /** Factor on position size: 1, 0.5, 0.25 or 0; NaN before the first completed bucket. */
  get multiplier(): number {
    const regime = this.regime;
    return regime === null ? Number.NaN : VPIN_MULTIPLIERS[regime];
  }

  /** True while new positions are forbidden (VPIN above 0.7). */
  get isKillSwitchOn(): boolean {
    return this.#vpin > 0.7;
  }

  /** Adds a trade of `size` base units. Sizes that are not above zero are ignored. Returns how many buckets closed. */
  add(size: number, isBuy: boolean): number {
    if (!(size > 0) || size === Number.POSITIVE_INFINITY) return 0;
    const volume = this.bucketVolume;
    const before = this.#completed;
    let left = size;
    let room = volume - this.#buy - this.#sell;
    while (left >= room) {
      this.#fill(room, isBuy);
      left -= room;
      this.#close();
      room = volume;
      // A trade of many buckets makes every kept imbalance 1: the rest need only be counted.
      const surplus = Math.floor(left / volume) - this.#imbalances.capacity;
      if (surplus > 0 && !this.#onBucket) {
        this.#completed += surplus;
        left -= surplus * volume;
      }
    }
    this.#fill(left, isBuy);
    if (this.#completed > before) this.#average();
    return this.#completed - before;
  }

  #fill(size: number, isBuy: boolean): void {
    if (isBuy) this.#buy += size;
    else this.#sell += size;
  }

  #close(): void {
    const total = this.#buy + this.#sell;
    this.#imbalances.push(total < 1e-12 ? 0 : Math.abs(this.#buy - this.#sell) / total);
    this.#onBucket?.(this.#buy, this.#sell);
    this.#completed++;
    this.#buy = 0;
    this.#sell = 0;
  }

  #average(): void {
    let sum = 0;
    for (let i = 0; i < this.#imbalances.length; i++) sum += this.#imbalances.at(i);
    this.#vpin = sum / this.#imbalances.length;
  }

  save(): number[] {
    return [this.bucketVolume, this.#buy, this.#sell, this.#completed, this.#vpin, ...this.#imbalances.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    reader.expect('bucketVolume', this.bucketVolume);
    this.#buy = reader.next();
    this.#sell = reader.next();
    this.#completed = reader.next();
    this.#vpin = reader.next();
    this.#imbalances.load(reader);
  }
}

/** Size multiplier of each regime. */
export const VPIN_MULTIPLIERS: Readonly<Record<VpinRegime, number>> = { Low: 1, Medium: 0.5, High: 0.25, Extreme: 0 };

/** Low < 0.3 <= Medium < 0.5 <= High <= 0.7 < Extreme. */
export function vpinRegime(vpin: number): VpinRegime {
  if (vpin < 0.3) return 'Low';
  if (vpin < 0.5) return 'Medium';
  return vpin <= 0.7 ? 'High' : 'Extreme';
}

/**
 * Bucket volume for a market: the volume expected in the rolling window divided by the number of buckets (50).
 * @param volumePerMs traded base units per ms, from a representative stretch
 * @param windowMs how much time the window of all buckets should span on average
 */
export function calibrateBucketVolume(volumePerMs: number, windowMs: number, buckets = 50): number {
  return (requirePositive('volumePerMs', volumePerMs) * requirePositive('windowMs', windowMs)) / buckets;
}
