import { TidegateError } from '../../foundation/errors.ts';
import { filterGarch, fitGarch, type GarchFit, type GarchFitOptions } from './fit-garch.ts';
import { forecastGarch, type GarchState, nextVariance, varianceParameters } from './garch-forecast.ts';
import { type GarchSpec, parameterBlocks } from './garch-spec.ts';
import { meanLookback, nextMean } from './mean-model.ts';
import type { VarianceParameters } from './recursions.ts';
import type {
  ForecastOptions,
  VolatilityForecast,
  VolatilityModel,
  VolatilityObservation,
} from './volatility-model.ts';

/** @throws TidegateError VOLATILITY_OPTION when `horizon` is not a whole number from 1 */
export function checkHorizon(horizon: number): void {
  if (!(Number.isInteger(horizon) && horizon >= 1))
    throw new TidegateError('VOLATILITY_OPTION', `horizon is ${horizon}`, {
      remedy: 'Give a whole number of bars from 1.',
    });
}

/**
 * EGARCH fitted to a short window need not be invertible: on new returns its variance can feed on itself, towards 0 and then beyond any number
 * (Wintenberger, Continuous invertibility and stable QML estimation of the EGARCH(1,1) model, 2013). So it stays within this factor of the
 * variances of the fit and of the squared residuals since.
 */
const REACH = 4;

/** A fitted GARCH, GJR, TARCH or EGARCH that forecasts from the last return it saw and takes new ones one by one. */
export class GarchModel implements VolatilityModel {
  readonly name: string;
  readonly fit: GarchFit;
  readonly #p: VarianceParameters;
  readonly #mean: Float64Array;
  /** The last returns, oldest first, as many as the mean looks back. */
  readonly #recent: number[];
  #e: number;
  #sd: number;
  readonly #least: number;
  #most: number;

  private constructor(fit: GarchFit, returns: ArrayLike<number>) {
    this.name = `${fit.spec.kind}-${fit.spec.errors}`;
    this.fit = fit;
    this.#p = varianceParameters(fit.spec, fit.parameters);
    this.#mean = fit.parameters.slice(0, parameterBlocks(fit.spec).mean);
    const lookback = meanLookback(fit.spec.mean);
    this.#recent = Array.from({ length: lookback }, (_, k) => returns[returns.length - lookback + k]!);
    this.#e = fit.residuals[fit.residuals.length - 1]!;
    this.#sd = fit.conditionalVolatility[fit.conditionalVolatility.length - 1]!;
    const isBounded = fit.spec.kind === 'egarch';
    const most = (values: Float64Array, sign: number) =>
      values.reduce((best, sd) => Math.max(best, sign * sd), Number.NEGATIVE_INFINITY);
    this.#least = isBounded ? most(fit.conditionalVolatility, -1) ** 2 / REACH : 0;
    this.#most = isBounded ? most(fit.conditionalVolatility, 1) ** 2 * REACH : Number.POSITIVE_INFINITY;
  }

  /** Fits to returns. @throws as `fitGarch` */
  static fitted(spec: GarchSpec, returns: ArrayLike<number>, options?: GarchFitOptions): GarchModel {
    return new GarchModel(fitGarch(spec, returns, options), returns);
  }

  /** Takes parameters as they are. @throws as `filterGarch` */
  static withParameters(spec: GarchSpec, returns: ArrayLike<number>, parameters: ArrayLike<number>): GarchModel {
    return new GarchModel(filterGarch(spec, returns, parameters), returns);
  }

  forecast(horizon: number, options: ForecastOptions = {}): VolatilityForecast {
    checkHorizon(horizon);
    return forecastGarch(this.fit.spec, this.fit.parameters, this.#state, horizon, options);
  }

  get #state(): GarchState {
    return { e: this.#e, sd: this.#sd, least: this.#least, most: this.#most };
  }

  update(observation: VolatilityObservation): void {
    const value = observation.return;
    if (!Number.isFinite(value))
      throw new TidegateError('VOLATILITY_DATA', `the new return is ${value}`, {
        where: this.name,
        remedy: 'Leave rows without a value out.',
      });
    this.#sd = Math.sqrt(nextVariance(this.fit.spec, this.#p, this.#state));
    this.#e = value - nextMean(this.fit.spec.mean, this.#mean, this.#recent);
    this.#most = Math.max(this.#most, REACH * this.#e ** 2);
    if (this.#recent.length > 0) {
      this.#recent.shift();
      this.#recent.push(value);
    }
  }
}
