import { seeded } from '../../foundation/rng.ts';
import { errorDistribution, lowerSecondMoment } from './error-distribution.ts';
import { type GarchSpec, hasGamma, parameterBlocks } from './garch-spec.ts';
import { recursionOf, type VarianceParameters } from './recursions.ts';
import type { ForecastOptions, VolatilityForecast } from './volatility-model.ts';

/** Last residual and standard deviation: all that the recursion needs of the past. */
export interface GarchState {
  readonly e: number;
  readonly sd: number;
}

/** The variance block of a parameter array, gamma 0 where the model has none. */
export function varianceParameters(spec: GarchSpec, theta: Float64Array): VarianceParameters {
  const { mean, shape } = parameterBlocks(spec);
  return Float64Array.of(theta[mean]!, theta[mean + 1]!, hasGamma(spec) ? theta[mean + 2]! : 0, theta[shape - 1]!);
}

/**
 * Variance of the next `horizon` residuals. GARCH and GJR in closed form: s²[h] = ω + (α + γ·E[z²; z<0] + β) s²[h-1]. EGARCH and TARCH
 * beyond one bar, and every interval, as the mean and percentiles over seeded paths.
 */
export function forecastGarch(
  spec: GarchSpec,
  theta: Float64Array,
  state: GarchState,
  horizon: number,
  options: ForecastOptions,
): VolatilityForecast {
  const p = varianceParameters(spec, theta);
  const first = recursionOf(spec.kind).next(p, state.e, state.sd);
  const isClosed = spec.kind === 'garch' || spec.kind === 'gjr';
  const variance = new Float64Array(horizon);
  variance[0] = first;
  const shape = theta.subarray(parameterBlocks(spec).shape);
  if (isClosed) {
    const keep = p[1]! + p[2]! * lowerSecondMoment(spec.errors, shape) + p[3]!;
    for (let h = 1; h < horizon; h++) variance[h] = p[0]! + keep * variance[h - 1]!;
  }
  if (options.interval === undefined && (isClosed || horizon === 1)) return { variance };
  const paths = simulate(spec, { p, shape, first, horizon, paths: options.paths ?? 10_000, seed: options.seed ?? 0 });
  if (!isClosed)
    for (let h = 1; h < horizon; h++) variance[h] = paths[h]!.reduce((sum, value) => sum + value, 0) / paths[h]!.length;
  if (options.interval === undefined) return { variance };
  const tail = (1 - options.interval) / 2;
  const at = (share: number) =>
    Float64Array.from(paths, (values) => {
      const ordered = values.slice().sort();
      return ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))]!;
    });
  return { variance, low: at(tail), high: at(1 - tail) };
}

interface Simulation {
  readonly p: VarianceParameters;
  readonly shape: Float64Array;
  readonly first: number;
  readonly horizon: number;
  readonly paths: number;
  readonly seed: number | string;
}

function simulate(spec: GarchSpec, { p, shape, first, horizon, paths, seed }: Simulation): Float64Array[] {
  const rng = seeded(seed);
  const errors = errorDistribution(spec.errors);
  const recursion = recursionOf(spec.kind);
  const out = Array.from({ length: horizon }, () => new Float64Array(paths));
  for (let k = 0; k < paths; k++) {
    let variance = first;
    out[0]![k] = variance;
    for (let h = 1; h < horizon; h++) {
      const sd = Math.sqrt(variance);
      variance = recursion.next(p, sd * errors.draw(rng, shape), sd);
      out[h]![k] = variance;
    }
  }
  return out;
}
