import { RollingMoments } from './rolling-moments.ts';
import { RollingRegression } from './rolling-regression.ts';
import { requireCount, type Savable, StateReader } from './state.ts';

/**
 * Kyle's lambda (Econometrica 53(6), 1985): slope of mid changes on signed volume over equal intervals, price units per base unit.
 * Feed every trade to `addTrade` and call `closeInterval` on a clock (1 s, say) with the mid. NaN under `minSamples` intervals.
 */
export class KyleLambda implements Savable {
  readonly #regression: RollingRegression;
  readonly #minSamples: number;
  #flow = 0;
  #lastMid = Number.NaN;

  constructor(options: { readonly window?: number; readonly minSamples?: number } = {}) {
    this.#regression = new RollingRegression(requireCount('window', options.window ?? 300, 3));
    this.#minSamples = requireCount('minSamples', options.minSamples ?? 30, 3);
  }

  /** Adds traded volume (base units) of side 1 (buyer) or -1 (seller). */
  addTrade(size: number, side: number): void {
    this.#flow += side > 0 ? size : -size;
  }

  closeInterval(mid: number): void {
    if (!Number.isFinite(mid)) return;
    if (!Number.isNaN(this.#lastMid)) this.#regression.push(this.#flow, mid - this.#lastMid);
    this.#lastMid = mid;
    this.#flow = 0;
  }

  get value(): number {
    return this.#regression.count < this.#minSamples ? Number.NaN : this.#regression.slope;
  }

  /** Share of mid variance that order flow explains, 0..1. */
  get rSquared(): number {
    return this.#regression.count < this.#minSamples ? Number.NaN : this.#regression.rSquared;
  }

  save(): number[] {
    return [this.#flow, this.#lastMid, ...this.#regression.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#flow = reader.next();
    this.#lastMid = reader.next();
    this.#regression.load(reader);
  }
}

/**
 * Amihud's illiquidity (Journal of Financial Markets 5(1), 2002): mean of |log return| over traded notional per bar, the last `window`
 * bars. Per quote unit: multiply by 1e6 for the usual scale. Bars without volume are left out; NaN before the second close.
 */
export class Amihud implements Savable {
  readonly #ratios: RollingMoments;
  #lastClose = Number.NaN;

  constructor(window = 50) {
    this.#ratios = new RollingMoments(requireCount('window', window));
  }

  /** Adds a bar: its close and the notional (quote units) that traded in it. */
  add(close: number, notional: number): number {
    if (!(close > 0)) return this.value;
    if (notional > 0 && !Number.isNaN(this.#lastClose))
      this.#ratios.push(Math.abs(Math.log(close / this.#lastClose)) / notional);
    this.#lastClose = close;
    return this.value;
  }

  get value(): number {
    return this.#ratios.mean;
  }

  save(): number[] {
    return [this.#lastClose, ...this.#ratios.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#lastClose = reader.next();
    this.#ratios.load(reader);
  }
}
