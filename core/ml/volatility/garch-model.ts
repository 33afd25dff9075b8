import { TidegateError } from '../../foundation/errors.ts';
import { filterGarch, fitGarch, type GarchFit, type GarchFitOptions } from './fit-garch.ts';
import { forecastGarch, varianceParameters } from './garch-forecast.ts';
import { type GarchSpec, parameterBlocks } from './garch-spec.ts';
import { meanLookback, nextMean } from './mean-model.ts';
import { recursionOf, type VarianceParameters } from './recursions.ts';
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

  private constructor(fit: GarchFit, returns: ArrayLike<number>) {
    this.name = `${fit.spec.kind}-${fit.spec.errors}`;
    this.fit = fit;
    this.#p = varianceParameters(fit.spec, fit.parameters);
    this.#mean = fit.parameters.slice(0, parameterBlocks(fit.spec).mean);
    const lookback = meanLookback(fit.spec.mean);
    this.#recent = Array.from({ length: lookback }, (_, k) => returns[returns.length - lookback + k]!);
    this.#e = fit.residuals[fit.residuals.length - 1]!;
    this.#sd = fit.conditionalVolatility[fit.conditionalVolatility.length - 1]!;
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
    return forecastGarch(this.fit.spec, this.fit.parameters, { e: this.#e, sd: this.#sd }, horizon, options);
  }

  update(observation: VolatilityObservation): void {
    const value = observation.return;
    if (!Number.isFinite(value))
      throw new TidegateError('VOLATILITY_DATA', `the new return is ${value}`, { where: this.name });
    this.#sd = Math.sqrt(recursionOf(this.fit.spec.kind).next(this.#p, this.#e, this.#sd));
    this.#e = value - nextMean(this.fit.spec.mean, this.#mean, this.#recent);
    if (this.#recent.length > 0) {
      this.#recent.shift();
      this.#recent.push(value);
    }
  }
}
