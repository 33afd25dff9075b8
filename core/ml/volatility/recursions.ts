import type { GarchKind } from './garch-spec.ts';

/** omega, alpha, gamma (0 where the model has none), beta. */
export type VarianceParameters = Float64Array;

/** Buffers of one evaluation, each as long as the residuals. */
export interface Work {
  /** Residuals. */
  readonly e: Float64Array;
  /** Conditional standard deviations, written by `forward`. */
  readonly sd: Float64Array;
  /** Standardised residuals e / sd, written by `forward`. */
  readonly z: Float64Array;
  /** Derivative of the log density at each z. */
  readonly psi: Float64Array;
  /** Derivative of the log likelihood in each residual, written by `backward`. */
  readonly pull: Float64Array;
}

/** A variance recursion with its exact derivatives. `start` is the pre-sample value (see `backcast`). */
export interface Recursion {
  /** Fills sd and z; returns the sum of log standard deviations. */
  forward(p: VarianceParameters, start: number, work: Work): number;
  /** Walks back from the last row: writes the derivatives in omega, alpha, gamma, beta to `out`, those in the residuals to `work.pull`. */
  backward(p: VarianceParameters, start: number, work: Work, out: Float64Array): void;
  /** Variance of the row after one with residual `e` and standard deviation `sd`. */
  next(p: VarianceParameters, e: number, sd: number): number;
}

/** E|z| of a standard normal: what EGARCH subtracts whatever the errors, as its reference implementation does. */
export const MEAN_ABSOLUTE: number = Math.sqrt(2 / Math.PI);

/** s²[t] = ω + (α + γ·1(e<0)) e²[t-1] + β s²[t-1] (Bollerslev 1986; Glosten, Jagannathan and Runkle 1993). */
const gjr: Recursion = {
  forward(p, start, { e, sd, z }) {
    const [omega, alpha, gamma, beta] = p as unknown as [number, number, number, number];
    const below = alpha + gamma;
    let s2 = omega + (alpha + 0.5 * gamma + beta) * start;
    let logs = 0;
    let product = 1;
    for (let t = 0; t < e.length; t++) {
      const root = Math.sqrt(s2);
      const x = e[t]!;
      sd[t] = root;
      z[t] = x / root;
      product *= root;
      if (product > 1e100 || product < 1e-100) {
        logs += Math.log(product);
        product = 1;
      }
      s2 = omega + (x < 0 ? below : alpha) * x * x + beta * s2;
    }
    return logs + Math.log(product);
  },
  backward(p, start, { e, sd, z, psi, pull }, out) {
    const alpha = p[1]!;
    const below = alpha + p[2]!;
    const beta = p[3]!;
    let later = 0;
    let gOmega = 0;
    let gAlpha = 0;
    let gGamma = 0;
    let gBeta = 0;
    for (let t = e.length - 1; t >= 0; t--) {
      const x = e[t]!;
      const root = sd[t]!;
      const square = x * x * later;
      gAlpha += square;
      if (x < 0) gGamma += square;
      gBeta += root * root * later;
      pull[t] = psi[t]! / root + 2 * x * (x < 0 ? below : alpha) * later;
      later = (-0.5 - 0.5 * z[t]! * psi[t]!) / (root * root) + beta * later;
      gOmega += later;
    }
    out[0] = gOmega;
    out[1] = gAlpha + start * later;
    out[2] = gGamma + 0.5 * start * later;
    out[3] = gBeta + start * later;
  },
  next: (p, e, sd) => p[0]! + (p[1]! + (e < 0 ? p[2]! : 0)) * e * e + p[3]! * sd * sd,
};

/** s[t] = ω + (α + γ·1(e<0)) |e[t-1]| + β s[t-1] (Zakoian 1994). */
const tarch: Recursion = {
  forward(p, start, { e, sd, z }) {
    const [omega, alpha, gamma, beta] = p as unknown as [number, number, number, number];
    let s = omega + (alpha + 0.5 * gamma + beta) * start;
    let logs = 0;
    let product = 1;
    for (let t = 0; t < e.length; t++) {
      const x = e[t]!;
      sd[t] = s;
      z[t] = x / s;
      product *= s;
      if (product > 1e100 || product < 1e-100) {
        logs += Math.log(product);
        product = 1;
      }
      s = omega + (x < 0 ? -(alpha + gamma) : alpha) * x + beta * s;
    }
    return logs + Math.log(product);
  },
  backward(p, start, { e, sd, z, psi, pull }, out) {
    const alpha = p[1]!;
    const below = alpha + p[2]!;
    const beta = p[3]!;
    let later = 0;
    out.fill(0);
    for (let t = e.length - 1; t >= 0; t--) {
      const x = e[t]!;
      const s = sd[t]!;
      out[1]! += Math.abs(x) * later;
      if (x < 0) out[2]! -= x * later;
      out[3]! += s * later;
      pull[t] = psi[t]! / s + (x < 0 ? -below : alpha) * later;
      later = (-1 - z[t]! * psi[t]!) / s + beta * later;
      out[0]! += later;
    }
    out[1]! += start * later;
    out[2]! += 0.5 * start * later;
    out[3]! += start * later;
  },
  next: (p, e, sd) => (p[0]! + (p[1]! + (e < 0 ? p[2]! : 0)) * Math.abs(e) + p[3]! * sd) ** 2,
};

/** ln s²[t] = ω + α(|z[t-1]| - √(2/π)) + γ z[t-1] + β ln s²[t-1] (Nelson 1991); the first row has no z before it. */
const egarch: Recursion = {
  forward(p, start, { e, sd, z }) {
    const [omega, alpha, gamma, beta] = p as unknown as [number, number, number, number];
    const constant = omega - alpha * MEAN_ABSOLUTE;
    let h = omega + beta * start;
    let sum = 0;
    for (let t = 0; t < e.length; t++) {
      sum += h;
      const root = Math.exp(0.5 * h);
      const value = e[t]! / root;
      sd[t] = root;
      z[t] = value;
      h = constant + (value < 0 ? gamma - alpha : gamma + alpha) * value + beta * h;
    }
    return 0.5 * sum;
  },
  backward(p, start, { e, sd, z, psi, pull }, out) {
    const alpha = p[1]!;
    const gamma = p[2]!;
    const beta = p[3]!;
    let later = 0;
    out.fill(0);
    for (let t = e.length - 1; t >= 0; t--) {
      const value = z[t]!;
      const root = sd[t]!;
      const slope = value < 0 ? gamma - alpha : gamma + alpha;
      out[1]! += (Math.abs(value) - MEAN_ABSOLUTE) * later;
      out[2]! += value * later;
      out[3]! += 2 * Math.log(root) * later;
      pull[t] = (psi[t]! + slope * later) / root;
      later = -0.5 - 0.5 * value * psi[t]! + later * (beta - 0.5 * slope * value);
      out[0]! += later;
    }
    out[3]! += start * later;
  },
  next(p, e, sd) {
    const z = e / sd;
    return Math.exp(p[0]! + p[1]! * (Math.abs(z) - MEAN_ABSOLUTE) + p[2]! * z + p[3]! * 2 * Math.log(sd));
  },
};

const KINDS: Readonly<Record<GarchKind, Recursion>> = { garch: gjr, gjr, tarch, egarch };

/** The recursion of a kind; `garch` is `gjr` with gamma 0. */
export function recursionOf(kind: GarchKind): Recursion {
  return KINDS[kind];
}

/**
 * Pre-sample value of a recursion: the mean of the first min(75, n) squared (TARCH: absolute) residuals with weights 0.94^i; EGARCH takes
 * its logarithm. As in the arch package.
 */
export function backcast(kind: GarchKind, residuals: Float64Array): number {
  const n = Math.min(75, residuals.length);
  let weight = 1;
  let weights = 0;
  let sum = 0;
  for (let t = 0; t < n; t++) {
    const size = Math.abs(residuals[t]!);
    sum += weight * (kind === 'tarch' ? size : size * size);
    weights += weight;
    weight *= 0.94;
  }
  return kind === 'egarch' ? Math.log(sum / weights) : sum / weights;
}
