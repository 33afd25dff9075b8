import type { Rng } from '../../foundation/rng.ts';
import { digamma, logGamma } from '../optimise/gamma-functions.ts';
import type { ErrorKind } from './garch-spec.ts';

/**
 * A standardised error (mean 0, variance 1). `evaluate` returns the sum of log densities of z[0, n), writes their derivatives to `psi`
 * and adds the derivatives in the shape parameters to `shapeGradient`.
 */
export interface ErrorDistribution {
  evaluate(
    z: Float64Array,
    n: number,
    shape: ArrayLike<number>,
    psi: Float64Array,
    shapeGradient: Float64Array,
  ): number;
  logDensity(z: number, shape: ArrayLike<number>): number;
  draw(rng: Rng, shape: ArrayLike<number>): number;
}

const HALF_LOG_2PI = 0.9189385332046727;

const normal: ErrorDistribution = {
  evaluate(z, n, _shape, psi) {
    let squares = 0;
    for (let t = 0; t < n; t++) {
      const value = z[t]!;
      squares += value * value;
      psi[t] = -value;
    }
    return -0.5 * squares - n * HALF_LOG_2PI;
  },
  logDensity: (z) => -0.5 * z * z - HALF_LOG_2PI,
  draw: (rng) => rng.normal(),
};

/** Student's t scaled to unit variance (Bollerslev 1987); shape: nu > 2. */
const studentT: ErrorDistribution = {
  evaluate(z, n, shape, psi, shapeGradient) {
    const nu = shape[0]!;
    const c = nu - 2;
    const a = nu + 1;
    let logs = 0;
    let product = 1;
    let shares = 0;
    for (let t = 0; t < n; t++) {
      const value = z[t]!;
      const square = value * value;
      const inverse = 1 / (c + square);
      psi[t] = -a * value * inverse;
      shares += square * inverse;
      product *= 1 + square / c;
      // One logarithm for many rows: their product is taken while it stays far from overflow.
      if (product > 1e100) {
        logs += Math.log(product);
        product = 1;
      }
    }
    logs += Math.log(product);
    shapeGradient[0]! +=
      n * (0.5 * digamma(a / 2) - 0.5 * digamma(nu / 2) - 0.5 / c) - 0.5 * logs + (0.5 * a * shares) / c;
    return n * logConstant(nu) - 0.5 * a * logs;
  },
  logDensity: (z, shape) => logConstant(shape[0]!) - 0.5 * (shape[0]! + 1) * Math.log1p((z * z) / (shape[0]! - 2)),
  draw: (rng, shape) => drawT(rng, shape[0]!),
};

/** Log of the constant c of the unit-variance t density: Γ((ν+1)/2) / (Γ(ν/2) √(π(ν-2))). */
function logConstant(nu: number): number {
  return logGamma((nu + 1) / 2) - logGamma(nu / 2) - 0.5 * Math.log(Math.PI * (nu - 2));
}

/** Hansen's skewed t (Autoregressive Conditional Density Estimation, 1994); shape: nu > 2, lambda in (-1, 1), 0 = symmetric. */
const skewedT: ErrorDistribution = {
  evaluate(z, n, shape, psi, shapeGradient) {
    const nu = shape[0]!;
    const lambda = shape[1]!;
    const k = nu - 2;
    const power = nu + 1;
    const { a, b, logC } = hansen(nu, lambda);
    const logCNu = 0.5 * digamma(power / 2) - 0.5 * digamma(nu / 2) - 0.5 / k;
    const aNu = a * (logCNu + 1 / k - 1 / (nu - 1));
    const aLambda = (4 * Math.exp(logC) * k) / (nu - 1);
    const bNu = (-a * aNu) / b;
    const bLambda = (3 * lambda - a * aLambda) / b;
    let logs = 0;
    let sumNu = 0;
    let sumLambda = 0;
    for (let t = 0; t < n; t++) {
      const value = z[t]!;
      const raw = b * value + a;
      const sign = raw < 0 ? -1 : 1;
      const side = 1 + sign * lambda;
      const y = raw / side;
      const pull = (-power * y) / (k + y * y);
      psi[t] = (pull * b) / side;
      logs += Math.log(1 + (y * y) / k);
      sumNu += pull * ((bNu * value + aNu) / side) + (0.5 * power * y * y) / (k * (k + y * y));
      sumLambda += pull * ((bLambda * value + aLambda - y * sign) / side);
    }
    shapeGradient[0]! += n * (bNu / b + logCNu) - 0.5 * logs + sumNu;
    shapeGradient[1]! += (n * bLambda) / b + sumLambda;
    return n * (Math.log(b) + logC) - 0.5 * power * logs;
  },
  logDensity(z, shape) {
    const nu = shape[0]!;
    const lambda = shape[1]!;
    const { a, b, logC } = hansen(nu, lambda);
    const raw = b * z + a;
    const y = raw / (1 + (raw < 0 ? -lambda : lambda));
    return Math.log(b) + logC - 0.5 * (nu + 1) * Math.log1p((y * y) / (nu - 2));
  },
  draw(rng, shape) {
    const lambda = shape[1]!;
    const { a, b } = hansen(shape[0]!, lambda);
    const side = rng.next() < (1 + lambda) / 2 ? 1 + lambda : lambda - 1;
    return (Math.abs(drawT(rng, shape[0]!)) * side - a) / b;
  },
};

function hansen(nu: number, lambda: number): { readonly a: number; readonly b: number; readonly logC: number } {
  const logC = logConstant(nu);
  const a = (4 * lambda * Math.exp(logC) * (nu - 2)) / (nu - 1);
  return { a, b: Math.sqrt(1 + 3 * lambda * lambda - a * a), logC };
}

function drawT(rng: Rng, nu: number): number {
  return rng.normal() * Math.sqrt((nu - 2) / (2 * drawGamma(rng, nu / 2)));
}

/** Gamma variable of shape >= 1 by rejection (Marsaglia and Tsang 2000). */
function drawGamma(rng: Rng, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - rng.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

const KINDS: Readonly<Record<ErrorKind, ErrorDistribution>> = { normal, t: studentT, 'skewed-t': skewedT };

/** The distribution of a name. */
export function errorDistribution(kind: ErrorKind): ErrorDistribution {
  return KINDS[kind];
}

/** What errors below 0 add to E|z| and to E[z²]. Half of E|z|, since the mean is 0. */
export interface LowerMoments {
  readonly first: number;
  readonly second: number;
}

/** Closed forms for symmetric errors, else by Simpson's rule on the log scale of |z|. */
export function lowerMoments(kind: ErrorKind, shape: ArrayLike<number>): LowerMoments {
  if (kind === 'normal') return { first: 1 / Math.sqrt(2 * Math.PI), second: 0.5 };
  const nu = shape[0]!;
  // The integral of z times the density c (1 + z²/(ν-2))^-((ν+1)/2) from 0 on is c (ν-2)/(ν-1).
  if (kind === 't' || shape[1] === 0) return { first: (Math.exp(logConstant(nu)) * (nu - 2)) / (nu - 1), second: 0.5 };
  const steps = 4000;
  const from = -25;
  const width = (Math.log(1e5) - from) / steps;
  let first = 0;
  let second = 0;
  for (let i = 0; i <= steps; i++) {
    const size = Math.exp(from + i * width);
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    const mass = weight * size * Math.exp(skewedT.logDensity(-size, shape));
    first += mass * size;
    second += mass * size * size;
  }
  return { first: (first * width) / 3, second: (second * width) / 3 };
}
