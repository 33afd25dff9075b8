import { RollingMoments } from './rolling-moments.ts';
import { requireCount, type Savable, StateReader } from './state.ts';

/** Weight of Parkinson's part by time of day: high ranges mean more while the large sessions are open. Hours UTC, `from` included. */
export interface SessionWeights {
  readonly active: number;
  readonly quiet: number;
  readonly fromHour: number;
  readonly toHour: number;
}

/** The document's 70/30 from the European open to the American close, 50/50 outside. */
export const SESSION_WEIGHTS: SessionWeights = { active: 0.7, quiet: 0.5, fromHour: 7, toHour: 21 };

/** Options of the volatility blend. */
export interface ParkinsonOptions {
  /** Bars. */
  readonly window?: number;
  /** Weight of Parkinson's estimate, 0..1, or weights by session. */
  readonly weight?: number | SessionWeights;
}

/**
 * Parkinson's range volatility (Journal of Business 53(1), 1980), sqrt(sum ln(H/L)^2 / (4 n ln 2)), blended with the sample deviation
 * of log close returns. Fractions per bar. For the placing of stops only: it understates jumps and ignores drift, so it is not to size
 * positions or feed VaR (`use` says so to those who ask). NaN until `window` returns are known.
 */
export class ParkinsonBlend implements Savable {
  readonly use = 'stops';
  readonly #ranges: RollingMoments;
  readonly #returns: RollingMoments;
  readonly #weight: number | SessionWeights;
  #lastClose = Number.NaN;
  #hour = 0;

  constructor(options: ParkinsonOptions = {}) {
    const window = requireCount('window', options.window ?? 20, 2);
    this.#ranges = new RollingMoments(window);
    this.#returns = new RollingMoments(window);
    this.#weight = options.weight ?? 0.5;
  }

  /** Adds a finished bar; `time` (ms UTC) matters with session weights only. Bars with prices that are not above zero are ignored. */
  add(high: number, low: number, close: number, time = 0): number {
    if (!(low > 0) || !(high >= low) || !(close > 0)) return this.value;
    this.#ranges.push(Math.log(high / low) ** 2);
    if (!Number.isNaN(this.#lastClose)) this.#returns.push(Math.log(close / this.#lastClose));
    this.#lastClose = close;
    this.#hour = Math.floor(time / 3_600_000) % 24;
    return this.value;
  }

  get isReady(): boolean {
    return this.#returns.isFull;
  }

  get parkinson(): number {
    return this.isReady ? Math.sqrt(this.#ranges.mean / (4 * Math.LN2)) : Number.NaN;
  }

  /** Sample deviation of the last log returns. */
  get realized(): number {
    return this.isReady ? this.#returns.deviation(1) : Number.NaN;
  }

  /** Root mean square of the last log returns (mean taken as 0). */
  get realizedRms(): number {
    if (!this.isReady) return Number.NaN;
    return Math.sqrt(this.#returns.variance(0) + this.#returns.mean ** 2);
  }

  /** weight × parkinson + (1 - weight) × realized. */
  get value(): number {
    const weight = this.weight;
    return weight * this.parkinson + (1 - weight) * this.realized;
  }

  /** The weight that holds at the last bar. */
  get weight(): number {
    const weight = this.#weight;
    if (typeof weight === 'number') return weight;
    const { fromHour, toHour } = weight;
    const hour = this.#hour;
    const isActive = fromHour <= toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;
    return isActive ? weight.active : weight.quiet;
  }

  /** Stop price `k` volatilities away from `entry`: below it for a long, above it for a short. */
  stop(entry: number, k: number, side: 'long' | 'short'): number {
    return entry * (1 + (side === 'long' ? -k : k) * this.value);
  }

  save(): number[] {
    return [this.#lastClose, this.#hour, ...this.#ranges.save(), ...this.#returns.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#lastClose = reader.next();
    this.#hour = reader.next();
    this.#ranges.load(reader);
    this.#returns.load(reader);
  }
}
