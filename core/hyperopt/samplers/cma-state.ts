import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Rng } from '../../foundation/rng.ts';
import { type CmaWeights, cmaWeights } from './cma-weights.ts';

/** Below this spread (share of the range) in every direction the search has converged. */
const TOLERANCE_X = 1e-9;
/** Largest condition number of the covariance before it stops meaning anything in double precision. */
const MAX_CONDITION = 1e14;

/** Mean, step size and covariance of one CMA-ES run in the unit cube. `scale` is the margin's correction per dimension (1 = none). */
export class CmaState {
  readonly n: number;
  readonly settings: CmaWeights;
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  sigma: number;
  generation = 0;
  readonly #c: Matrix;
  readonly #pathSigma: Float64Array;
  readonly #pathC: Float64Array;
  #basis: Matrix;
  #deviations: Float64Array;

  constructor(mean: Float64Array, sigma: number, lambda: number) {
    const n = mean.length;
    this.n = n;
    this.mean = mean.slice();
    this.sigma = sigma;
    this.scale = new Float64Array(n).fill(1);
    this.settings = cmaWeights(n, lambda);
    this.#c = Matrix.eye(n, n);
    this.#pathSigma = new Float64Array(n);
    this.#pathC = new Float64Array(n);
    this.#basis = Matrix.eye(n, n);
    this.#deviations = new Float64Array(n).fill(1);
  }

  /**
   * A draw inside the cube: out-of-range ones are drawn again up to 10 n times, then clipped.
   * @param direction standard normal vector for the first attempt
   */
  draw(rng: Rng, direction?: Float64Array): Float64Array {
    const { n } = this;
    const x = new Float64Array(n);
    for (let attempt = 0; attempt <= 10 * n; attempt++) {
      const z = Float64Array.from(
        { length: n },
        (_, i) => (attempt === 0 && direction ? direction[i]! : rng.normal()) * this.#deviations[i]!,
      );
      let isInside = true;
      for (let i = 0; i < n; i++) {
        let y = 0;
        for (let j = 0; j < n; j++) y += this.#basis.get(i, j) * z[j]!;
        x[i] = this.mean[i]! + this.sigma * this.scale[i]! * y;
        if (!(x[i]! >= 0 && x[i]! <= 1)) isInside = false;
      }
      if (isInside) return x;
    }
    return x.map((v) => Math.min(1, Math.max(0, v)));
  }

  /** Standard deviation of coordinate i without the margin's correction. */
  deviation(i: number): number {
    return this.sigma * Math.sqrt(this.#c.get(i, i));
  }

  /**
   * Updates mean, paths, covariance and step size from `lambda` points, best first.
   * @param isOld points that were drawn from an earlier distribution (or elsewhere): their steps are cut to a plausible length
   *   (Hansen, "Injecting External Solutions Into CMA-ES", 2011)
   */
  update(points: readonly Float64Array[], isOld: readonly boolean[]): void {
    const { n, settings, mean, sigma, scale } = this;
    const { weights, mu, muEff, cSigma, dSigma, cc, c1, cMu, chi } = settings;
    const longest = Math.sqrt(n) + (2 * n) / (n + 2);
    const steps = points.map((x, k) => {
      const y = Float64Array.from(x, (v, i) => (v - mean[i]!) / (sigma * scale[i]!));
      if (isOld[k]) {
        const length = norm(this.#whiten(y));
        if (length > longest) for (let i = 0; i < n; i++) y[i]! *= longest / length;
      }
      return y;
    });
    const move = new Float64Array(n);
    for (let k = 0; k < mu; k++) for (let i = 0; i < n; i++) move[i]! += weights[k]! * steps[k]![i]!;
    for (let i = 0; i < n; i++) mean[i] = Math.min(1, Math.max(0, mean[i]! + sigma * scale[i]! * move[i]!));
    const white = this.#whiten(move);
    const pathSigma = this.#pathSigma;
    for (let i = 0; i < n; i++)
      pathSigma[i] = (1 - cSigma) * pathSigma[i]! + Math.sqrt(cSigma * (2 - cSigma) * muEff) * white[i]!;
    const length = norm(pathSigma);
    this.sigma = Math.min(sigma * Math.exp((cSigma / dSigma) * (length / chi - 1)), 1e4);
    this.generation++;
    const expected = (1.4 + 2 / (n + 1)) * chi;
    const h = length / Math.sqrt(1 - (1 - cSigma) ** (2 * this.generation)) < expected ? 1 : 0;
    const pathC = this.#pathC;
    for (let i = 0; i < n; i++) pathC[i] = (1 - cc) * pathC[i]! + h * Math.sqrt(cc * (2 - cc) * muEff) * move[i]!;
    const sumOfWeights = weights.reduce((a, b) => a + b, 0);
    const keep = 1 + c1 * (1 - h) * cc * (2 - cc) - c1 - cMu * sumOfWeights;
    // Bad steps are scaled to unit Mahalanobis length, so that the covariance stays positive definite.
    const scaled = weights.map((w, k) => (w >= 0 ? w : (w * n) / (norm(this.#whiten(steps[k]!)) ** 2 + 1e-8)));
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < steps.length; k++) sum += scaled[k]! * steps[k]![i]! * steps[k]![j]!;
        const value = keep * this.#c.get(i, j) + c1 * pathC[i]! * pathC[j]! + cMu * sum;
        this.#c.set(i, j, value);
        this.#c.set(j, i, value);
      }
    this.#decompose();
  }

  /** True once nothing more is to be found here: spread below 1e-9 of the range, or a covariance that is numerically spent. */
  hasConverged(): boolean {
    let widest = 0;
    for (let i = 0; i < this.n; i++)
      widest = Math.max(widest, this.deviation(i), this.sigma * Math.abs(this.#pathC[i]!));
    const [largest, smallest] = [Math.max(...this.#deviations), Math.min(...this.#deviations)];
    return widest < TOLERANCE_X || (largest / smallest) ** 2 > MAX_CONDITION;
  }

  /** C^(-1/2) y. */
  #whiten(y: Float64Array): Float64Array {
    const { n } = this;
    const inner = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) inner[j]! += this.#basis.get(i, j) * y[i]!;
      inner[j]! /= this.#deviations[j]!;
    }
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i]! += this.#basis.get(i, j) * inner[j]!;
    return out;
  }

  #decompose(): void {
    const found = new EigenvalueDecomposition(this.#c, { assumeSymmetric: true });
    this.#basis = found.eigenvectorMatrix;
    this.#deviations = Float64Array.from(found.realEigenvalues, (v) => Math.sqrt(Math.max(v, 1e-16)));
  }
}

function norm(v: Float64Array): number {
  let sum = 0;
  for (const x of v) sum += x * x;
  return Math.sqrt(sum);
}
