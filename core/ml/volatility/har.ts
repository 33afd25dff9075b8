import { TidegateError } from '../../foundation/errors.ts';
import { leastSquares, neweyWest } from '../optimise/least-squares.ts';
import { checkHorizon } from './garch-model.ts';
import type { VolatilityForecast, VolatilityModel, VolatilityObservation } from './volatility-model.ts';

export interface HarOptions {
  /** Bars of each mean (default 1, 5, 22: day, week, month). */
  readonly lags?: readonly number[];
  /** Regress the logarithm on the logarithms of the means; a forecast is exp of the log forecast plus half the residual variance (default false). */
  readonly isLog?: boolean;
  /** Lags of the Newey-West errors (default 5). */
  readonly hacLags?: number;
}

/** A heterogeneous autoregression of realised variance. Coefficients: the constant, then one per lag. */
export interface HarFit {
  readonly lags: readonly number[];
  readonly isLog: boolean;
  readonly coefficients: Float64Array;
  readonly standardErrors: Float64Array;
  readonly hacErrors: Float64Array;
  readonly r2: number;
  /** Fitted value of each row from the longest lag on (logs when `isLog`). */
  readonly fitted: Float64Array;
  /** Residual variance, of logs when `isLog`. */
  readonly residualVariance: number;
}

/**
 * HAR-RV (Corsi 2009): RV[t] on a constant and the means of the last `lags` values, by least squares.
 * @throws TidegateError VOLATILITY_DATA on NaN, infinity, negative values (zero too when `isLog`) or too few rows
 */
export function fitHar(realised: ArrayLike<number>, options: HarOptions = {}): HarFit {
  const { lags = [1, 5, 22], isLog = false, hacLags = 5 } = options;
  const longest = Math.max(...lags);
  const rows = realised.length - longest;
  if (rows < 2 * (lags.length + 1))
    throw new TidegateError('VOLATILITY_DATA', `${realised.length} values are too few for lags up to ${longest}`, {
      remedy: 'Use more history or shorter lags.',
    });
  const x = Float64Array.from({ length: realised.length }, (_, i) => checked(realised[i]!, isLog, i));
  const inLogs = (values: Float64Array) => (isLog ? values.map(Math.log) : values);
  const means = lags.map((lag) =>
    inLogs(Float64Array.from({ length: rows }, (_, i) => meanBefore(x, i + longest, lag))),
  );
  const columns = [new Float64Array(rows).fill(1), ...means];
  const fit = leastSquares(columns, inLogs(x.subarray(longest)));
  const hac = neweyWest(columns, fit, hacLags);
  const k = columns.length;
  return {
    lags,
    isLog,
    coefficients: fit.coefficients,
    standardErrors: fit.standardErrors,
    hacErrors: Float64Array.from({ length: k }, (_, j) => Math.sqrt(hac[j * k + j]!)),
    r2: fit.r2,
    fitted: fit.fitted,
    residualVariance: fit.residuals.reduce((sum, e) => sum + e * e, 0) / (rows - k),
  };
}

function checked(value: number, isLog: boolean, at: number | string): number {
  if (!Number.isFinite(value) || value < 0 || (isLog && value === 0))
    throw new TidegateError('VOLATILITY_DATA', `realised variance ${at} is ${value}`, {
      remedy: isLog
        ? 'Logs need values above zero: drop such bars or use the plain model.'
        : 'Variances are finite and not negative.',
    });
  return value;
}

function meanBefore(values: ArrayLike<number>, at: number, lag: number): number {
  let sum = 0;
  for (let k = 1; k <= lag; k++) sum += values[at - k]!;
  return sum / lag;
}

/** A fitted HAR that forecasts by iterating itself and takes new realised variances one by one. */
export class HarModel implements VolatilityModel {
  readonly name: string;
  readonly fit: HarFit;
  /** The last values, oldest first. */
  readonly #recent: number[];
  /** Least and mean value of the window that was fitted. */
  readonly #seen: { readonly least: number; readonly mean: number };

  constructor(realised: ArrayLike<number>, options: HarOptions = {}) {
    this.fit = fitHar(realised, options);
    this.name = this.fit.isLog ? 'har-log' : 'har';
    const longest = Math.max(...this.fit.lags);
    const { isLog } = this.fit;
    const seen = Array.from(realised);
    this.#seen = { least: seen.reduce((a, b) => Math.min(a, b)), mean: meanBefore(seen, seen.length, seen.length) };
    this.#recent = Array.from({ length: longest }, (_, k) =>
      checked(realised[realised.length - longest + k]!, isLog, k),
    );
  }

  /**
   * Plain least squares can predict too little, below zero even: a step below all that the fitted window held is its mean instead, as in the
   * filter of Bollerslev, Patton and Quaedvlieg (2016). A step above all of it stands: risk is not to be forgotten in a storm. Logs need no filter.
   */
  forecast(horizon: number): VolatilityForecast {
    checkHorizon(horizon);
    const { coefficients, lags, isLog, residualVariance } = this.fit;
    const path = [...this.#recent];
    const { least, mean: usual } = this.#seen;
    const variance = new Float64Array(horizon);
    for (let h = 0; h < horizon; h++) {
      let next = coefficients[0]!;
      for (const [k, lag] of lags.entries()) {
        const mean = meanBefore(path, path.length, lag);
        next += coefficients[k + 1]! * (isLog ? Math.log(mean) : mean);
      }
      // But for rounding.
      const isPlausible = next >= least * (1 - 1e-9) && next > 0;
      variance[h] = isLog ? Math.exp(next + 0.5 * residualVariance) : isPlausible ? next : usual;
      path.push(variance[h]!);
    }
    return { variance };
  }

  update({ return: value, realisedVariance }: VolatilityObservation): void {
    this.#recent.push(checked(realisedVariance ?? value * value, this.fit.isLog, 'of the new bar'));
    this.#recent.shift();
  }
}
