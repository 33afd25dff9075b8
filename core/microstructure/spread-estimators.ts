import { RollingMoments } from './rolling-moments.ts';
import { RollingRegression } from './rolling-regression.ts';
import { requireCount, type Savable, StateReader } from './state.ts';

/**
 * Roll's spread (Journal of Finance 39(4), 1984) from trade prices alone: 2 sqrt(-cov) of successive price changes over the last
 * `window` changes, in price units. NaN under three changes, and where the covariance is positive (a trend hides the bounce).
 */
export class RollSpread implements Savable {
  readonly #changes: RollingRegression;
  #lastPrice = Number.NaN;
  #lastChange = Number.NaN;

  constructor(window = 200) {
    this.#changes = new RollingRegression(requireCount('window', window, 3));
  }

  add(price: number): number {
    if (!Number.isFinite(price)) return this.value;
    const change = price - this.#lastPrice;
    if (!Number.isNaN(this.#lastChange)) this.#changes.push(this.#lastChange, change);
    this.#lastPrice = price;
    this.#lastChange = change;
    return this.value;
  }

  get value(): number {
    if (this.#changes.count < 3) return Number.NaN;
    const covariance = this.#changes.sxy / (this.#changes.count - 1);
    return covariance > 0 ? Number.NaN : 2 * Math.sqrt(-covariance);
  }

  save(): number[] {
    return [this.#lastPrice, this.#lastChange, ...this.#changes.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#lastPrice = reader.next();
    this.#lastChange = reader.next();
    this.#changes.load(reader);
  }
}

const K = 3 - 2 * Math.SQRT2;

/**
 * Corwin and Schultz's spread of two neighbouring bars (Journal of Finance 67(2), 2012), as a fraction of price: ranges grow with time
 * by volatility but not by spread. Negative estimates are set to 0, as the authors do.
 * alpha = (sqrt(2 beta) - sqrt(beta)) / (3 - 2 sqrt 2) - sqrt(gamma / (3 - 2 sqrt 2)); spread = 2 (e^alpha - 1) / (1 + e^alpha).
 */
export function corwinSchultz(high1: number, low1: number, high2: number, low2: number): number {
  const beta = Math.log(high1 / low1) ** 2 + Math.log(high2 / low2) ** 2;
  const gamma = Math.log(Math.max(high1, high2) / Math.min(low1, low2)) ** 2;
  const alpha = (Math.sqrt(2 * beta) - Math.sqrt(beta)) / K - Math.sqrt(gamma / K);
  const spread = (2 * (Math.exp(alpha) - 1)) / (1 + Math.exp(alpha));
  return Math.max(spread, 0);
}

/** Mean of Corwin and Schultz's spread over the last `window` pairs of bars; NaN before the second bar. */
export class CorwinSchultz implements Savable {
  readonly #spreads: RollingMoments;
  #high = Number.NaN;
  #low = Number.NaN;

  constructor(window = 20) {
    this.#spreads = new RollingMoments(requireCount('window', window));
  }

  add(high: number, low: number): number {
    if (!(low > 0) || !(high >= low)) return this.value;
    if (this.#low > 0) this.#spreads.push(corwinSchultz(this.#high, this.#low, high, low));
    this.#high = high;
    this.#low = low;
    return this.value;
  }

  get value(): number {
    return this.#spreads.mean;
  }

  save(): number[] {
    return [this.#high, this.#low, ...this.#spreads.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#high = reader.next();
    this.#low = reader.next();
    this.#spreads.load(reader);
  }
}
