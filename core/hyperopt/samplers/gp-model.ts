/** Training data of a Gaussian process: rows of `dims` coordinates (NaN = inactive) and standardised losses. */
export interface GpData {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly dims: number;
  readonly isCategorical: readonly boolean[];
}

/** log length scale per dimension, then log of noise over signal variance. */
export type GpTheta = Float64Array;

const SQRT5 = Math.sqrt(5);
const LOG_NOISE_MIN = Math.log(1e-7);
const LOG_NOISE_MAX = 0;

/** Starting point: length scales that grow with the dimension (Hvarfner et al. 2024), little noise. */
export function initialTheta(dims: number): GpTheta {
  return Float64Array.from({ length: dims + 1 }, (_, i) => (i < dims ? lengthPrior(dims) : Math.log(1e-4)));
}

function lengthPrior(dims: number): number {
  return Math.log(0.3) + 0.5 * Math.log(dims);
}

/** Squared difference of two coordinates: 1 between different categories and between active and inactive. */
export function squaredGap(a: number, b: number, isCategorical: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : 1;
  return isCategorical ? (a === b ? 0 : 1) : (a - b) * (a - b);
}

/** Matern 5/2 correlation at scaled distance r. */
export function matern52(r: number): number {
  return (1 + SQRT5 * r + (5 / 3) * r * r) * Math.exp(-SQRT5 * r);
}

/** Lower Cholesky factor in place (row major, n by n); false where the matrix is not positive definite. */
export function cholesky(a: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      if (i === j) {
        if (!(sum > 0)) return false;
        a[j * n + j] = Math.sqrt(sum);
      } else a[i * n + j] = sum / a[j * n + j]!;
    }
  }
  return true;
}

/** Solves L v = b in place. */
export function forwardSolve(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= l[i * n + k]! * b[k]!;
    b[i] = sum / l[i * n + i]!;
  }
}

/** Solves L' v = b in place. */
export function backSolve(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < n; k++) sum -= l[k * n + i]! * b[k]!;
    b[i] = sum / l[i * n + i]!;
  }
}

/** Correlation matrix plus noise on the diagonal, row major. */
export function correlation(data: GpData, theta: GpTheta): Float64Array {
  const { x, y, dims, isCategorical } = data;
  const n = y.length;
  const scale = theta.map((t) => Math.exp(-2 * t));
  const noise = Math.exp(theta[dims]!);
  const k = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let r2 = 0;
      for (let d = 0; d < dims; d++)
        r2 += scale[d]! * squaredGap(x[i * dims + d]!, x[j * dims + d]!, isCategorical[d]!);
      const value = i === j ? 1 + noise + 1e-10 : matern52(Math.sqrt(r2));
      k[i * n + j] = value;
      k[j * n + i] = value;
    }
  return k;
}

/**
 * Negative log posterior of the hyperparameters (signal variance profiled out) and its gradient.
 * Priors: normal on log length scale (sd 1) and on log noise (sd 2). Infinity where the matrix breaks down.
 */
export function negativeLogPosterior(data: GpData, theta: GpTheta, gradient: Float64Array): number {
  const { x, y, dims, isCategorical } = data;
  const n = y.length;
  const l = correlation(data, theta);
  if (!cholesky(l, n)) return Number.POSITIVE_INFINITY;
  const alpha = y.slice();
  forwardSolve(l, n, alpha);
  let quadratic = 0;
  let logDet = 0;
  for (let i = 0; i < n; i++) {
    quadratic += alpha[i]! * alpha[i]!;
    logDet += 2 * Math.log(l[i * n + i]!);
  }
  backSolve(l, n, alpha);
  const signal = Math.max(quadratic / n, 1e-12);
  const inverse = inverseOf(l, n);
  gradient.fill(0);
  const scale = theta.map((t) => Math.exp(-2 * t));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let r2 = 0;
      for (let d = 0; d < dims; d++)
        r2 += scale[d]! * squaredGap(x[i * dims + d]!, x[j * dims + d]!, isCategorical[d]!);
      const r = Math.sqrt(r2);
      // Symmetric halves counted once, hence no factor 1/2.
      const weight =
        (inverse[i * n + j]! - (alpha[i]! * alpha[j]!) / signal) * (5 / 3) * (1 + SQRT5 * r) * Math.exp(-SQRT5 * r);
      for (let d = 0; d < dims; d++)
        gradient[d]! += weight * scale[d]! * squaredGap(x[i * dims + d]!, x[j * dims + d]!, isCategorical[d]!);
    }
    gradient[dims]! += 0.5 * (inverse[i * n + i]! - alpha[i]! ** 2 / signal) * Math.exp(theta[dims]!);
  }
  let value = 0.5 * n * Math.log(signal) + 0.5 * logDet;
  const centre = lengthPrior(dims);
  for (let d = 0; d < dims; d++) {
    value += 0.5 * (theta[d]! - centre) ** 2;
    gradient[d]! += theta[d]! - centre;
  }
  const noiseGap = (theta[dims]! - Math.log(1e-4)) / 4;
  value += 0.5 * noiseGap * (theta[dims]! - Math.log(1e-4));
  gradient[dims]! += noiseGap;
  return value;
}

function inverseOf(l: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    column.fill(0);
    column[j] = 1;
    forwardSolve(l, n, column);
    backSolve(l, n, column);
    for (let i = 0; i < n; i++) inverse[i * n + j] = column[i]!;
  }
  return inverse;
}

/** Fits the hyperparameters from a start by sign-based gradient steps (iRprop-, Igel and Huesken 2003), keeping the best seen. */
export function fitTheta(data: GpData, start: GpTheta, steps: number): GpTheta {
  const size = start.length;
  const theta = start.slice();
  const gradient = new Float64Array(size);
  const previous = new Float64Array(size);
  const step = new Float64Array(size).fill(0.15);
  let best = theta.slice();
  let bestValue = Number.POSITIVE_INFINITY;
  for (let s = 0; s < steps; s++) {
    const value = negativeLogPosterior(data, theta, gradient);
    if (value < bestValue) {
      bestValue = value;
      best = theta.slice();
    }
    for (let i = 0; i < size; i++) {
      const sign = gradient[i]! * previous[i]!;
      if (sign > 0) step[i] = Math.min(step[i]! * 1.2, 1);
      else if (sign < 0) step[i] = Math.max(step[i]! * 0.5, 1e-3);
      previous[i] = sign < 0 ? 0 : gradient[i]!;
      theta[i]! -= Math.sign(previous[i]!) * step[i]!;
    }
    const last = size - 1;
    theta[last] = Math.min(LOG_NOISE_MAX, Math.max(LOG_NOISE_MIN, theta[last]!));
    for (let i = 0; i < last; i++) theta[i] = Math.min(4, Math.max(-5, theta[i]!));
  }
  return best;
}
