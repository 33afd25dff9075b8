import { TidegateError } from '../../foundation/errors.ts';
import { minimise } from '../optimise/bfgs.ts';
import { garchBounds } from './garch-bounds.ts';
import { garchCovariance } from './garch-covariance.ts';
import { type GarchLikelihood, garchLikelihood } from './garch-likelihood.ts';
import { checkReturns, type GarchSpec, hasGamma, parameterBlocks, parameterNames } from './garch-spec.ts';

/** A fitted volatility model. Arrays follow `names`; units are those of the returns. */
export interface GarchFit {
  readonly spec: GarchSpec;
  readonly names: readonly string[];
  readonly parameters: Float64Array;
  readonly logLikelihood: number;
  readonly aic: number;
  readonly bic: number;
  /** Robust (Bollerslev and Wooldridge 1992) standard errors; NaN where the likelihood has no proper maximum, or not asked for. */
  readonly standardErrors: Float64Array;
  /** Standard errors from the Hessian alone. */
  readonly hessianErrors: Float64Array;
  /** Standard deviation of each return of the likelihood (after the rows that the mean's lags take). */
  readonly conditionalVolatility: Float64Array;
  readonly residuals: Float64Array;
  readonly backcast: number;
  readonly isConverged: boolean;
  readonly evaluations: number;
}

export interface GarchFitOptions {
  /** Start from these parameters instead of a grid: for rolling re-fits. */
  readonly from?: ArrayLike<number>;
  /** Compute standard errors (default true). */
  readonly hasErrors?: boolean;
}

/**
 * Maximum likelihood fit by BFGS with exact gradients over bounded parameters, on returns scaled to unit deviation, so that units do not matter.
 * Starts from the best points of a grid of (alpha, persistence). Deterministic.
 * @throws TidegateError VOLATILITY_DATA on NaN, infinity, a constant series or fewer than 10 rows per parameter,
 * VOLATILITY_FIT where no point of the grid has a finite likelihood
 */
export function fitGarch(spec: GarchSpec, returns: ArrayLike<number>, options: GarchFitOptions = {}): GarchFit {
  const blocks = parameterBlocks(spec);
  checkReturns(returns, 10 * blocks.total + 20);
  const data = Float64Array.from(returns);
  const likelihood = garchLikelihood(spec, data);
  const scale = deviation(likelihood);
  const scaled = garchLikelihood(
    spec,
    data.map((r) => r / scale),
  );
  const starts = options.from ? [rescale(spec, Float64Array.from(options.from), 1 / scale)] : gridStarts(spec, scaled);
  const bounds = garchBounds(spec);
  const n = scaled.design.y.length;
  const theta = new Float64Array(blocks.total);
  const hasShape = blocks.total > blocks.shape;
  const objective = (free: Float64Array, gradient: Float64Array) => {
    bounds.toParameters(free, theta);
    const value = scaled.valueAndGradient(theta, gradient);
    const excess = hasShape ? Math.max(0, theta[blocks.shape]! - NU_PLAIN) : 0;
    if (excess > 0) gradient[blocks.shape]! -= NU_RATE;
    bounds.pullBack(theta, gradient);
    for (let k = 0; k < gradient.length; k++) gradient[k] = -gradient[k]! / n;
    return -(value - NU_RATE * excess) / n;
  };
  const runs = starts.map((start) =>
    minimise(objective, bounds.toFree(start), { gradientTolerance: 1e-7, valueTolerance: 1e-12 }),
  );
  const best = runs.reduce((a, b) => (b.value < a.value ? b : a));
  if (!Number.isFinite(best.value))
    throw new TidegateError('VOLATILITY_FIT', `no ${spec.kind} model has a finite likelihood on these ${n} returns`, {
      remedy: 'Look for outliers or long runs of zeros in the data.',
    });
  bounds.toParameters(best.x, theta);
  const parameters = rescale(spec, theta, scale);
  return describeGarch(spec, likelihood, parameters, {
    hasErrors: options.hasErrors ?? true,
    isConverged: best.isConverged,
    evaluations: runs.reduce((sum, run) => sum + run.evaluations, 0),
  });
}

/**
 * Evaluates a model at given parameters without fitting: likelihood and filter.
 * @throws as `fitGarch` on bad data; VOLATILITY_OPTION for parameters at which a variance is negative or without bound
 */
export function filterGarch(spec: GarchSpec, returns: ArrayLike<number>, parameters: ArrayLike<number>): GarchFit {
  const { total, mean } = parameterBlocks(spec);
  checkReturns(returns, mean + 2);
  if (parameters.length !== total)
    throw new TidegateError('VOLATILITY_OPTION', `${parameters.length} parameters given, the model has ${total}`, {
      remedy: `Give ${parameterNames(spec).join(', ')}.`,
    });
  const likelihood = garchLikelihood(spec, Float64Array.from(returns));
  const facts = { hasErrors: false, isConverged: true, evaluations: 1 };
  const fit = describeGarch(spec, likelihood, Float64Array.from(parameters), facts);
  if (!fit.conditionalVolatility.every((sd) => sd > 0 && sd < Number.POSITIVE_INFINITY))
    throw new TidegateError(
      'VOLATILITY_OPTION',
      `at these parameters of ${spec.kind} a variance of the given returns is negative or without bound`,
      { remedy: 'Fit them to the returns, or take parameters that were fitted: variances are then positive.' },
    );
  return fit;
}

function describeGarch(
  spec: GarchSpec,
  likelihood: GarchLikelihood,
  parameters: Float64Array,
  facts: { hasErrors: boolean; isConverged: boolean; evaluations: number },
): GarchFit {
  const blank = new Float64Array(parameters.length).fill(Number.NaN);
  const errors = facts.hasErrors ? garchCovariance(likelihood, parameters) : { robust: blank, hessian: blank };
  const logLikelihood = likelihood.value(parameters);
  const k = parameters.length;
  return {
    spec,
    names: parameterNames(spec),
    parameters,
    logLikelihood,
    aic: 2 * k - 2 * logLikelihood,
    bic: k * Math.log(likelihood.design.y.length) - 2 * logLikelihood,
    standardErrors: errors.robust,
    hessianErrors: errors.hessian,
    conditionalVolatility: likelihood.work.sd.slice(),
    residuals: likelihood.work.e.slice(),
    backcast: likelihood.backcast,
    isConverged: facts.isConverged,
    evaluations: facts.evaluations,
  };
}

function deviation(likelihood: GarchLikelihood): number {
  let sum = 0;
  for (const x of likelihood.work.e) sum += x * x;
  return Math.sqrt(sum / likelihood.work.e.length);
}

/** Parameters of returns multiplied by `factor`. */
function rescale(spec: GarchSpec, theta: Float64Array, factor: number): Float64Array {
  const { mean, shape } = parameterBlocks(spec);
  const out = theta.slice();
  // Only the constant of the mean has units; lag coefficients have none.
  if (mean > 0) out[0]! *= factor;
  if (spec.kind === 'egarch') out[mean]! += (1 - theta[shape - 1]!) * 2 * Math.log(factor);
  else out[mean]! *= spec.kind === 'tarch' ? factor : factor * factor;
  return out;
}

const ALPHAS = [0.02, 0.06, 0.12, 0.25];
const PERSISTENCES = [0.5, 0.8, 0.95, 0.99];

/** Log likelihoods of two starts nearer than this do not tell which leads to the higher hill: both are climbed. */
const UNSURE = 10;

/** The best point of the grid and, when in doubt, the best one of another persistence: likelihoods with two hills have them there. */
function gridStarts(spec: GarchSpec, likelihood: GarchLikelihood): Float64Array[] {
  const { mean, shape, total } = parameterBlocks(spec);
  const scored: { theta: Float64Array; value: number; persistence: number }[] = [];
  for (const persistence of PERSISTENCES)
    for (const alpha of ALPHAS) {
      if (alpha >= persistence) continue;
      const theta = new Float64Array(total);
      theta.set(likelihood.meanStart);
      const isLog = spec.kind === 'egarch';
      theta[mean] = isLog ? 0 : (1 - persistence) * (spec.kind === 'tarch' ? 0.9 : 1);
      theta[mean + 1] = isLog ? 2 * alpha : hasGamma(spec) ? 0.7 * alpha : alpha;
      if (hasGamma(spec)) theta[mean + 2] = isLog ? 0 : 0.6 * alpha;
      theta[shape - 1] = isLog ? persistence : persistence - alpha;
      if (total > shape) theta[shape] = 8;
      const value = likelihood.value(theta);
      if (Number.isFinite(value)) scored.push({ theta, value, persistence });
    }
  scored.sort((a, b) => b.value - a.value);
  const first = scored[0];
  if (!first) return [new Float64Array(total).fill(Number.NaN)];
  const other = scored.find((s) => s.persistence !== first.persistence);
  return other && first.value - other.value < UNSURE ? [first.theta, other.theta] : [first.theta];
}

/**
 * On data with normal tails the likelihood rises without end as nu grows, ever more flatly. Above this nu, where nobody could tell one from another, each
 * further unit costs the rate in log likelihood, which keeps the estimate finite.
 */
const NU_PLAIN = 150;
const NU_RATE = 0.003;
