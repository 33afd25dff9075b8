import { RollingRegression } from './rolling-regression.ts';
import { requireCount, type Savable, StateReader } from './state.ts';

/** Options of the mean-reversion signal. */
export interface OuSignalOptions {
  /** Prices in the fit; 30 to 50 at least give a stable speed and mean. */
  readonly window?: number;
  readonly minSamples?: number;
  /** The signal may act only where 0 < Hurst < this. */
  readonly hurstThreshold?: number;
  readonly zThreshold?: number;
  /** Factor per update while nothing is to be said; 0.93 halves it in about ten. */
  readonly decay?: number;
}

/**
 * Mean-reversion signal: 1 (buy) when the price is more than `zThreshold` residual deviations below the Ornstein-Uhlenbeck mean,
 * -1 (sell) above it, else the last signal decays. Gated by Hurst: in a trending market a stale mean keeps saying "buy" all the way down.
 * The price enters the window whatever the gate says. O(1) amortised per price.
 */
export class OuSignal implements Savable {
  readonly #regression: RollingRegression;
  readonly #minSamples: number;
  readonly #hurstThreshold: number;
  readonly #zThreshold: number;
  readonly #decay: number;
  #lastPrice = Number.NaN;
  #isActive = false;
  #z = Number.NaN;
  #signal = 0;

  constructor(options: OuSignalOptions = {}) {
    this.#regression = new RollingRegression(requireCount('window', options.window ?? 100, 4) - 1);
    this.#minSamples = requireCount('minSamples', options.minSamples ?? 30, 4);
    this.#hurstThreshold = options.hurstThreshold ?? 0.4;
    this.#zThreshold = options.zThreshold ?? 2;
    this.#decay = options.decay ?? 0.93;
  }

  /** True while the Hurst gate was open at the last price. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** (price - mean) / sigma; NaN while the gate is shut or samples are too few, 0 where the fit does not revert. */
  get z(): number {
    return this.#z;
  }

  /** -1..1. */
  get signal(): number {
    return this.#signal;
  }

  /** Takes a price and the market's Hurst exponent (NaN shuts the gate) and returns the signal. */
  update(price: number, hurst: number): number {
    if (!Number.isFinite(price)) return this.#signal;
    if (!Number.isNaN(this.#lastPrice)) this.#regression.push(this.#lastPrice, price - this.#lastPrice);
    this.#lastPrice = price;
    this.#isActive = hurst < this.#hurstThreshold && hurst > 0;
    const isEnough = this.#regression.count + 1 >= this.#minSamples;
    this.#z = this.#isActive && isEnough ? this.#distance(price) : Number.NaN;
    if (this.#z < -this.#zThreshold) this.#signal = 1;
    else if (this.#z > this.#zThreshold) this.#signal = -1;
    else this.#signal *= this.#decay;
    return this.#signal;
  }

  #distance(price: number): number {
    const fit = this.#regression;
    const theta = -fit.slope;
    if (!(theta > 1e-12)) return 0;
    const sigma = Math.sqrt(fit.residualSquares / fit.count);
    return sigma > 1e-12 ? (price - fit.intercept / theta) / sigma : 0;
  }

  save(): number[] {
    return [this.#lastPrice, this.#isActive ? 1 : 0, this.#z, this.#signal, ...this.#regression.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#lastPrice = reader.next();
    this.#isActive = reader.nextBoolean();
    this.#z = reader.next();
    this.#signal = reader.next();
    this.#regression.load(reader);
  }
}
