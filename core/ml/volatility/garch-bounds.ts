import { type GarchSpec, hasGamma, parameterBlocks } from './garch-spec.ts';

const NU_LOW = 2.05;
const NU_HIGH = 500;
const LAMBDA_MOST = 0.998;

/**
 * Between parameters and unbounded numbers that a minimiser can move freely. GARCH, GJR, TARCH: omega > 0, alpha >= 0, alpha + gamma >= 0,
 * beta >= 0, alpha + gamma / 2 + beta < 1, as shares of a softmax; EGARCH: |beta| < 1, the rest free. nu in (2.05, 500) through 1/nu, in
 * which the likelihood is nearly quadratic; |lambda| < 0.998. Mean coefficients are free.
 */
export interface GarchBounds {
  toParameters(free: Float64Array, theta: Float64Array): void;
  toFree(theta: Float64Array): Float64Array;
  /** Turns a gradient in the parameters into one in the free numbers, in place. `theta` belongs to the free point. */
  pullBack(theta: Float64Array, gradient: Float64Array): void;
}

/** Bounds of a spec. */
export function garchBounds(spec: GarchSpec): GarchBounds {
  const { mean, shape, total } = parameterBlocks(spec);
  const isSkewed = hasGamma(spec);
  const toParameters = (free: Float64Array, theta: Float64Array) => {
    theta.set(free);
    if (spec.kind === 'egarch') theta[shape - 1] = Math.tanh(free[shape - 1]!);
    else {
      theta[mean] = Math.exp(free[mean]!);
      const top = Math.max(0, ...free.subarray(mean + 1, shape));
      let sum = Math.exp(-top);
      for (let k = mean + 1; k < shape; k++) sum += Math.exp(free[k]! - top);
      const share = (k: number) => Math.exp(free[k]! - top) / sum;
      theta[shape - 1] = share(shape - 1);
      if (isSkewed) {
        theta[mean + 1] = 2 * share(mean + 1);
        theta[mean + 2] = 2 * share(mean + 2) - 2 * share(mean + 1);
      } else theta[mean + 1] = share(mean + 1);
    }
    if (total > shape) theta[shape] = 1 / (1 / NU_HIGH + (1 / NU_LOW - 1 / NU_HIGH) / (1 + Math.exp(-free[shape]!)));
    if (total > shape + 1) theta[shape + 1] = LAMBDA_MOST * Math.tanh(free[shape + 1]!);
  };
  return {
    toParameters,
    toFree(theta) {
      const free = theta.slice();
      if (spec.kind === 'egarch') free[shape - 1] = Math.atanh(clamp(theta[shape - 1]!, -0.9999, 0.9999));
      else {
        const shares = sharesOf(theta, mean, shape, isSkewed).map((s) => Math.max(s, 1e-6));
        const slack = Math.max(1e-6, 1 - shares.reduce((sum, s) => sum + s, 0));
        free[mean] = Math.log(Math.max(theta[mean]!, 1e-12));
        for (const [k, s] of shares.entries()) free[mean + 1 + k] = Math.log(s / slack);
      }
      if (total > shape) {
        const w = (1 / theta[shape]! - 1 / NU_HIGH) / (1 / NU_LOW - 1 / NU_HIGH);
        const inside = clamp(w, 1e-4, 1 - 1e-4);
        free[shape] = Math.log(inside / (1 - inside));
      }
      if (total > shape + 1) free[shape + 1] = Math.atanh(clamp(theta[shape + 1]! / LAMBDA_MOST, -0.999, 0.999));
      return free;
    },
    pullBack(theta, gradient) {
      if (spec.kind === 'egarch') gradient[shape - 1]! *= 1 - theta[shape - 1]! ** 2;
      else {
        gradient[mean]! *= theta[mean]!;
        const shares = sharesOf(theta, mean, shape, isSkewed);
        if (isSkewed) {
          gradient[mean + 1] = 2 * (gradient[mean + 1]! - gradient[mean + 2]!);
          gradient[mean + 2]! *= 2;
        }
        let inner = 0;
        for (const [k, s] of shares.entries()) inner += s * gradient[mean + 1 + k]!;
        for (const [k, s] of shares.entries()) gradient[mean + 1 + k] = s * (gradient[mean + 1 + k]! - inner);
      }
      if (total > shape) {
        const nu = theta[shape]!;
        const range = 1 / NU_LOW - 1 / NU_HIGH;
        const w = (1 / nu - 1 / NU_HIGH) / range;
        gradient[shape]! *= -nu * nu * range * w * (1 - w);
      }
      if (total > shape + 1) gradient[shape + 1]! *= LAMBDA_MOST * (1 - (theta[shape + 1]! / LAMBDA_MOST) ** 2);
    },
  };
}

function sharesOf(theta: Float64Array, mean: number, shape: number, isSkewed: boolean): number[] {
  const alpha = theta[mean + 1]!;
  const beta = theta[shape - 1]!;
  return isSkewed ? [alpha / 2, (alpha + theta[mean + 2]!) / 2, beta] : [alpha, beta];
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, x));
}
