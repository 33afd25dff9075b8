import { seeded } from '../../foundation/rng.ts';
import { type EgarchFactors, egarchFactors, type FactorOptions, percentileOf } from './egarch-factors.ts';
import { errorDistribution, type LowerMoments, lowerMoments } from './error-distribution.ts';
import { type GarchSpec, hasGamma, parameterBlocks } from './garch-spec.ts';
import { recursionOf, type VarianceParameters } from './recursions.ts';
import type { ForecastOptions, VolatilityForecast } from './volatility-model.ts';

/** Last residual and standard deviation: all that the recursion needs of the past. */
export interface GarchState {
  readonly e: number;
  readonly sd: number;
  /** Least and most that the next variance may be; absent: anything. */
  readonly least?: number;
  readonly most?: number;
}

/** Variance of the next residual. */
export function nextVariance(
  { kind }: GarchSpec,
  p: VarianceParameters,
  { e, sd, least = 0, most = Number.POSITIVE_INFINITY }: GarchState,
): number {
  return Math.min(most, Math.max(least, recursionOf(kind).next(p, e, sd)));
}

/** The variance block of a parameter array, gamma 0 where the model has none. */
export function varianceParameters(spec: GarchSpec, theta: Float64Array): VarianceParameters {
  const { mean, shape } = parameterBlocks(spec);
  return Float64Array.of(theta[mean]!, theta[mean + 1]!, hasGamma(spec) ? theta[mean + 2]! : 0, theta[shape - 1]!);
}

/**
 * Variance of the next `horizon` residuals, in closed form where there is one: GARCH and GJR s²[h] = ω + (α + γ·E[z²; z<0] + β) s²[h-1]; TARCH by
 * the first two moments of s; EGARCH with normal errors. The mean of EGARCH with fat tails, which is that of rare paths, and every interval are
 * taken over seeded paths.
 */
export function forecastGarch(
  spec: GarchSpec,
  theta: Float64Array,
  state: GarchState,
  horizon: number,
  options: ForecastOptions,
): VolatilityForecast {
  const p = varianceParameters(spec, theta);
  const first = nextVariance(spec, p, state);
  const shape = theta.subarray(parameterBlocks(spec).shape);
  const { interval, paths = 10_000, seed = 0 } = options;
  const wanted = { horizon, paths, seed, ...(interval !== undefined && { interval }) };
  if (spec.kind === 'egarch')
    return egarchForecast(
      p,
      first,
      rememberedFactors(spec, theta, wanted, () => egarchFactors(p, spec.errors, shape, wanted)),
    );
  const lower = knownMoments.get(theta) ?? lowerMoments(spec.errors, shape);
  knownMoments.set(theta, lower);
  const variance =
    spec.kind === 'tarch' ? tarchVariance(p, lower, first, horizon) : gjrVariance(p, lower, first, horizon);
  if (interval === undefined) return { variance };
  const sorted = simulate(spec, { p, shape, first, horizon, paths, seed }).map((values) => values.sort());
  const at = (share: number) => Float64Array.from(sorted, (values) => percentileOf(values, share));
  return { variance, low: at((1 - interval) / 2), high: at((1 + interval) / 2) };
}

function gjrVariance(p: VarianceParameters, { second }: LowerMoments, first: number, horizon: number): Float64Array {
  const keep = p[1]! + p[2]! * second + p[3]!;
  const variance = new Float64Array(horizon);
  variance[0] = first;
  for (let h = 1; h < horizon; h++) variance[h] = p[0]! + keep * variance[h - 1]!;
  return variance;
}

/** s[h] = ω + c s[h-1] with c = α|z| + γ|z|·1(z<0) + β, free of s: E[s²] follows from the first two moments of c. */
function tarchVariance(p: VarianceParameters, lower: LowerMoments, first: number, horizon: number): Float64Array {
  const [omega, alpha, gamma, beta] = p as unknown as [number, number, number, number];
  const size = (2 * alpha + gamma) * lower.first;
  const c1 = beta + size;
  const c2 = beta * beta + 2 * beta * size + alpha * alpha + (2 * alpha * gamma + gamma * gamma) * lower.second;
  const variance = new Float64Array(horizon);
  variance[0] = first;
  let mean = Math.sqrt(first);
  for (let h = 1; h < horizon; h++) {
    variance[h] = omega * omega + 2 * omega * c1 * mean + c2 * variance[h - 1]!;
    mean = omega + c1 * mean;
  }
  return variance;
}

function egarchForecast(p: VarianceParameters, first: number, { mean, low, high }: EgarchFactors): VolatilityForecast {
  const [omega, , , beta] = p as unknown as [number, number, number, number];
  const start = Math.log(first);
  const level = new Float64Array(mean.length);
  let constant = 0;
  for (let h = 0, keep = 1; h < level.length; h++, keep *= beta) {
    level[h] = h === 0 ? first : Math.exp(keep * start + constant);
    constant = beta * constant + omega;
  }
  const times = (factors: Float64Array) => factors.map((factor, h) => factor * level[h]!);
  return { variance: times(mean), ...(low && high && { low: times(low), high: times(high) }) };
}

/** By the parameters of a fit, which is asked at every candle. */
const knownMoments = new WeakMap<Float64Array, LowerMoments>();
const knownFactors = new WeakMap<Float64Array, Map<string, EgarchFactors>>();

function rememberedFactors(
  { errors }: GarchSpec,
  theta: Float64Array,
  wanted: FactorOptions,
  make: () => EgarchFactors,
): EgarchFactors {
  const key = JSON.stringify([errors, wanted]);
  const known = knownFactors.get(theta) ?? new Map<string, EgarchFactors>();
  knownFactors.set(theta, known);
  const factors = known.get(key) ?? make();
  known.set(key, factors);
  return factors;
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
