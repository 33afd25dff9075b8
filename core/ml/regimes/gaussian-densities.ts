import { TidegateError } from '../../foundation/errors.ts';
import { factorise } from '../optimise/symmetric.ts';

/** `full`: a d by d covariance per state, row major; `diagonal`: d variances per state. */
export type CovarianceKind = 'full' | 'diagonal';

/** Gaussian densities of some states: means are states * dims, covariances states * dims * dims (full) or states * dims (diagonal). */
export interface Gaussians {
  readonly states: number;
  readonly dims: number;
  readonly covarianceKind: CovarianceKind;
  readonly means: Float64Array;
  readonly covariances: Float64Array;
}

/**
 * Prepares writing of log densities: `into(rows, from, to, out)` writes `out[(t - from) * states + s]` for row-major `rows`. Cost about
 * 10 ns per state and row of two columns. @throws TidegateError REGIME_COVARIANCE where one is not positive definite
 */
export function logDensities(g: Gaussians): (rows: Float64Array, from: number, to: number, out: Float64Array) => void {
  const { states, dims, covarianceKind, means } = g;
  const isFull = covarianceKind === 'full';
  const size = isFull ? dims * dims : dims;
  const whitening = new Float64Array(states * size);
  const constant = new Float64Array(states);
  for (let s = 0; s < states; s++) {
    const block = g.covariances.slice(s * size, (s + 1) * size);
    let logs = -0.5 * dims * Math.log(2 * Math.PI);
    if (isFull) {
      if (!factorise(block, dims)) throw notPositive(s);
      invertLower(block, dims);
      for (let i = 0; i < dims; i++) logs += Math.log(block[i * dims + i]!);
    } else
      for (let i = 0; i < dims; i++) {
        if (!(block[i]! > 0)) throw notPositive(s);
        block[i] = 1 / Math.sqrt(block[i]!);
        logs += Math.log(block[i]!);
      }
    whitening.set(block, s * size);
    constant[s] = logs;
  }
  if (!isFull || dims === 1) return (rows, from, to, out) => diagonalInto(rows, from, to, out);
  return dims === 2 ? pairInto : fullInto;

  function diagonalInto(rows: Float64Array, from: number, to: number, out: Float64Array): void {
    let at = 0;
    for (let t = from; t < to; t++) {
      const base = t * dims;
      for (let s = 0; s < states; s++) {
        let sum = 0;
        for (let i = 0, k = s * dims; i < dims; i++, k++) {
          const z = (rows[base + i]! - means[k]!) * whitening[k]!;
          sum += z * z;
        }
        out[at++] = constant[s]! - 0.5 * sum;
      }
    }
  }

  // Two columns (return and volatility) are the usual case: written out, it runs in half the time.
  function pairInto(rows: Float64Array, from: number, to: number, out: Float64Array): void {
    for (let s = 0; s < states; s++) {
      const m0 = means[s * 2]!;
      const m1 = means[s * 2 + 1]!;
      const a = whitening[s * 4]!;
      const b = whitening[s * 4 + 2]!;
      const c = whitening[s * 4 + 3]!;
      const k = constant[s]!;
      for (let t = from, at = s; t < to; t++, at += states) {
        const x = rows[2 * t]! - m0;
        const y = a * x;
        const z = b * x + c * (rows[2 * t + 1]! - m1);
        out[at] = k - 0.5 * (y * y + z * z);
      }
    }
  }

  function fullInto(rows: Float64Array, from: number, to: number, out: Float64Array): void {
    let at = 0;
    for (let t = from; t < to; t++) {
      const base = t * dims;
      for (let s = 0; s < states; s++) {
        const block = s * size;
        const mean = s * dims;
        let sum = 0;
        for (let i = 0; i < dims; i++) {
          let z = 0;
          for (let j = 0; j <= i; j++) z += whitening[block + i * dims + j]! * (rows[base + j]! - means[mean + j]!);
          sum += z * z;
        }
        out[at++] = constant[s]! - 0.5 * sum;
      }
    }
  }
}

function invertLower(l: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    l[j * n + j] = 1 / l[j * n + j]!;
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum += l[i * n + k]! * l[k * n + j]!;
      l[i * n + j] = -sum / l[i * n + i]!;
    }
  }
}

function notPositive(state: number): TidegateError {
  return new TidegateError('REGIME_COVARIANCE', `the covariance of state ${state} is not positive definite`, {
    remedy: 'Leave out columns that repeat each other, or use diagonal covariances.',
  });
}

/**
 * Weighted means and covariances of rows, into `means` and `covariances`. `weights[t * states + s]`; `ridge[j]` is added to the sum of
 * squares of column j, a weak prior that keeps a state of few rows from collapsing. Returns the sum of weights per state.
 */
export function fitGaussians(
  g: Gaussians,
  rows: Float64Array,
  weights: Float64Array,
  ridge: Float64Array,
): Float64Array {
  const { states, dims, covarianceKind, means, covariances } = g;
  const n = rows.length / dims;
  const size = covarianceKind === 'full' ? dims * dims : dims;
  const total = new Float64Array(states);
  const sums = new Float64Array(states * dims);
  for (let t = 0, at = 0; t < n; t++)
    for (let s = 0; s < states; s++, at++) {
      const w = weights[at]!;
      total[s]! += w;
      for (let i = 0; i < dims; i++) sums[s * dims + i]! += w * rows[t * dims + i]!;
    }
  const squares = new Float64Array(states * size);
  const x = new Float64Array(dims);
  for (let k = 0; k < sums.length; k++) sums[k]! /= total[Math.floor(k / dims)]!;
  for (let t = 0, at = 0; t < n; t++)
    for (let s = 0; s < states; s++, at++) {
      const w = weights[at]!;
      if (w < 1e-12) continue;
      for (let i = 0; i < dims; i++) x[i] = rows[t * dims + i]! - sums[s * dims + i]!;
      const base = s * size;
      if (size === dims) for (let i = 0; i < dims; i++) squares[base + i]! += w * x[i]! * x[i]!;
      else
        for (let i = 0; i < dims; i++) for (let j = 0; j <= i; j++) squares[base + i * dims + j]! += w * x[i]! * x[j]!;
    }
  for (let s = 0; s < states; s++) {
    // A state without rows keeps its place.
    if (!(total[s]! > 1e-8)) continue;
    means.set(sums.subarray(s * dims, (s + 1) * dims), s * dims);
    for (let i = 0; i < dims; i++) {
      const base = s * size;
      if (size === dims) covariances[base + i] = (squares[base + i]! + ridge[i]!) / total[s]!;
      else
        for (let j = 0; j <= i; j++) {
          const value = (squares[base + i * dims + j]! + (i === j ? ridge[i]! : 0)) / total[s]!;
          covariances[base + i * dims + j] = value;
          covariances[base + j * dims + i] = value;
        }
    }
  }
  return total;
}
