import { RollingMoments } from './rolling-moments.ts';
import { requireCount, requirePositive, type Savable, StateReader } from './state.ts';

/** Options of the funding detector. */
export interface FundingArbitrageOptions {
  /** Funding payments kept (90 = a month of eight hours). */
  readonly window?: number;
  readonly minSamples?: number;
  readonly zThreshold?: number;
  /** The instrument's own interval; the year has 365.25 days. */
  readonly intervalHours?: number;
  /** How long before the payment to be in: others come 30 to 60 minutes before and move the basis. */
  readonly leadMs?: number;
  /** Loss at which the position is given up, as a fraction of the entry: wider than a scalp's, since funding is what is traded. */
  readonly stopFraction?: number;
}

/** A funding rate far from its mean. Returns in basis points of notional. */
export interface FundingOpportunity {
  readonly z: number;
  /** -1 short the perpetual (rate too high), 1 long. */
  readonly direction: 1 | -1;
  /** Half of the excess over the mean, per interval. */
  readonly expectedBps: number;
  /** The same over a year of intervals: such moments are episodes, nobody earns it all year. */
  readonly annualisedBps: number;
  /** Stop as a fraction of the entry price. */
  readonly stopFraction: number;
}

/**
 * Finds funding rates beyond three sample deviations from their rolling mean, the latest included (after Alexander and Heck, 2020).
 * z is NaN below `minSamples` or without deviation. Guard: on illiquid coins an extreme rate often prices a real event.
 */
export class FundingArbitrage implements Savable {
  readonly intervalsPerYear: number;
  readonly #moments: RollingMoments;
  readonly #minSamples: number;
  readonly #zThreshold: number;
  readonly #leadMs: number;
  readonly #stopFraction: number;
  #rate = Number.NaN;

  constructor(options: FundingArbitrageOptions = {}) {
    this.#moments = new RollingMoments(requireCount('window', options.window ?? 90, 2));
    this.#minSamples = requireCount('minSamples', options.minSamples ?? 10, 2);
    this.#zThreshold = options.zThreshold ?? 3;
    this.intervalsPerYear = (24 / requirePositive('intervalHours', options.intervalHours ?? 8)) * 365.25;
    this.#leadMs = options.leadMs ?? 5_400_000;
    this.#stopFraction = options.stopFraction ?? 0.02;
  }

  /** Adds a funding rate (fraction per interval); one that is not finite is ignored. */
  add(rate: number): void {
    if (!Number.isFinite(rate)) return;
    this.#moments.push(rate);
    this.#rate = rate;
  }

  get z(): number {
    const std = this.#moments.deviation(1);
    if (this.#moments.count < this.#minSamples || std < 1e-12) return Number.NaN;
    return (this.#rate - this.#moments.mean) / std;
  }

  /** null when the rate is not extreme. */
  get opportunity(): FundingOpportunity | null {
    const z = this.z;
    if (!(Math.abs(z) >= this.#zThreshold)) return null;
    const expectedBps = Math.abs(this.#rate - this.#moments.mean) * 0.5 * 10_000;
    return {
      z,
      direction: z > 0 ? -1 : 1,
      expectedBps,
      annualisedBps: expectedBps * this.intervalsPerYear,
      stopFraction: this.#stopFraction,
    };
  }

  /** Whether `now` lies in the lead time before the payment at `nextFunding` (ms UTC both): never at it or after. */
  isEntryTime(now: number, nextFunding: number): boolean {
    return now < nextFunding && nextFunding - now <= this.#leadMs;
  }

  save(): number[] {
    return [this.#rate, ...this.#moments.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#rate = reader.next();
    this.#moments.load(reader);
  }
}
