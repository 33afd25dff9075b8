import type { Rng } from '../../foundation/rng.ts';
import type { Dim } from '../space/dim.ts';
import type { ParzenAxis } from './parzen-axis.ts';

/** Kernels narrower than this share of the range are never used once there are 98 observations (Optuna's "magic clip"). */
const MAX_KERNELS_FOR_CLIP = 100;

/** A dimension as the estimator sees it, with one coordinate per trial and a cache of kernel normalisers. */
export interface ParzenColumn {
  readonly dim: Dim;
  readonly axis: ParzenAxis;
  /** Canonical coordinate by trial number. */
  readonly unit: Float64Array;
  /** Width for which `norm` was computed, by trial number. */
  readonly normSigma: Float64Array;
  readonly norm: Float64Array;
}

/**
 * A mixture of product kernels, one per observation plus a wide prior in the middle of the range (Bergstra et al., "Algorithms for
 * Hyper-Parameter Optimization", 2011; widths and weights as in Optuna 5: a kernel is as wide as the larger gap to its neighbours).
 */
export class Parzen {
  readonly #columns: readonly ParzenColumn[];
  readonly #kernels: number;
  readonly #cumulative: Float64Array;
  /** log weight plus all constant parts of a kernel's density. */
  readonly #constant: Float64Array;
  readonly #mu: Float64Array[] = [];
  readonly #sigma: Float64Array[] = [];
  #scratch = new Float64Array(0);

  /**
   * @param members trial numbers in order, all active in every column
   * @param sorted per column the same trials ordered by coordinate
   * @param isRecencyWeighted older observations count less once there are more than 25
   */
  constructor(
    columns: readonly ParzenColumn[],
    members: Int32Array,
    sorted: readonly Int32Array[],
    isRecencyWeighted: boolean,
  ) {
    const n = members.length;
    this.#columns = columns;
    this.#kernels = n + 1;
    const weights = weightsOf(n, isRecencyWeighted);
    this.#cumulative = new Float64Array(n + 1);
    this.#constant = new Float64Array(n + 1);
    let total = 0;
    for (let j = 0; j <= n; j++) total += weights[j]!;
    let sum = 0;
    for (let j = 0; j <= n; j++) {
      sum += weights[j]! / total;
      this.#cumulative[j] = sum;
      this.#constant[j] = Math.log(weights[j]! / total);
    }
    const slot = new Int32Array(n === 0 ? 0 : members[n - 1]! + 1);
    for (let j = 0; j < n; j++) slot[members[j]!] = j;
    for (let c = 0; c < columns.length; c++) this.#addColumn(columns[c]!, members, sorted[c]!, slot);
  }

  #addColumn(column: ParzenColumn, members: Int32Array, sorted: Int32Array, slot: Int32Array): void {
    const n = members.length;
    const { unit, axis, normSigma, norm } = column;
    const mu = new Float64Array(n + 1);
    for (let j = 0; j < n; j++) mu[j] = unit[members[j]!]!;
    mu[n] = 0.5;
    this.#mu.push(mu);
    const sigma = new Float64Array(n + 1);
    this.#sigma.push(sigma);
    if (axis.kind === 'categorical') return;
    const minimum = 1 / Math.min(MAX_KERNELS_FOR_CLIP, n + 2);
    for (let i = 0; i < n; i++) {
      const x = unit[sorted[i]!]!;
      // The ends of the range are not neighbours, except for a single observation.
      const left = i > 0 ? x - unit[sorted[i - 1]!]! : n === 1 ? x : 0;
      const right = i < n - 1 ? unit[sorted[i + 1]!]! - x : n === 1 ? 1 - x : 0;
      sigma[slot[sorted[i]!]!] = Math.min(1, Math.max(minimum, left, right));
    }
    sigma[n] = 1;
    if (axis.kind === 'discrete') return;
    const constant = this.#constant;
    for (let j = 0; j < n; j++) {
      const trial = members[j]!;
      if (normSigma[trial] !== sigma[j]) {
        normSigma[trial] = sigma[j]!;
        norm[trial] = axis.logNorm(mu[j]!, sigma[j]!);
      }
      constant[j]! -= norm[trial]!;
    }
    constant[n]! -= axis.logNorm(0.5, 1);
  }

  /** One draw per column from a kernel chosen by weight, into `out`. */
  draw(rng: Rng, out: Float64Array): void {
    const u = rng.next();
    let j = 0;
    while (j < this.#kernels - 1 && this.#cumulative[j]! <= u) j++;
    for (let c = 0; c < this.#columns.length; c++) {
      const { axis, dim } = this.#columns[c]!;
      const mu = this.#mu[c]![j]!;
      if (axis.kind !== 'categorical') out[c] = axis.draw(mu, this.#sigma[c]![j]!, rng);
      else {
        const isPrior = j === this.#kernels - 1;
        const [same, other] = categoricalMass(dim.count, this.#kernels);
        const centre = dim.cell(mu);
        let rest = rng.next();
        let cell = 0;
        for (; cell < dim.count - 1; cell++) {
          rest -= isPrior ? 1 / dim.count : cell === centre ? same : other;
          if (rest < 0) break;
        }
        out[c] = dim.centre(cell);
      }
    }
  }

  /** Logarithm of the density at a point, up to a constant that depends on the columns only. */
  logDensity(point: Float64Array): number {
    const n = this.#kernels;
    if (this.#scratch.length < n) this.#scratch = new Float64Array(n);
    const log = this.#scratch;
    log.set(this.#constant);
    for (let c = 0; c < this.#columns.length; c++) {
      const { axis, dim } = this.#columns[c]!;
      const mu = this.#mu[c]!;
      const sigma = this.#sigma[c]!;
      const x = point[c]!;
      if (axis.kind === 'continuous')
        for (let j = 0; j < n; j++) {
          const z = (x - mu[j]!) / sigma[j]!;
          log[j]! -= 0.5 * z * z;
        }
      else if (axis.kind === 'discrete') for (let j = 0; j < n; j++) log[j]! += axis.logMass(mu[j]!, sigma[j]!, x);
      else {
        const [same, other] = categoricalMass(dim.count, n);
        const logSame = Math.log(same);
        const logOther = Math.log(other);
        for (let j = 0; j < n - 1; j++) log[j]! += mu[j] === x ? logSame : logOther;
        log[n - 1]! -= Math.log(dim.count);
      }
    }
    let top = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < n; j++) if (log[j]! > top) top = log[j]!;
    let sum = 0;
    // Kernels e^-30 below the largest add less than rounding does.
    for (let j = 0; j < n; j++) if (log[j]! > top - 30) sum += Math.exp(log[j]! - top);
    return top + Math.log(sum);
  }
}

/** Mass of a categorical kernel on its own value and on each other one: one observation plus a prior of weight 1 / kernels on every value. */
function categoricalMass(choices: number, kernels: number): readonly [same: number, other: number] {
  const prior = 1 / kernels;
  const total = 1 + prior * choices;
  return [(1 + prior) / total, prior / total];
}

/** The newest 25 observations and the prior weigh 1, older ones fall linearly to 1 / n. */
function weightsOf(n: number, isRecencyWeighted: boolean): Float64Array {
  const weights = new Float64Array(n + 1).fill(1);
  const ramp = n - 25;
  if (isRecencyWeighted)
    for (let j = 0; j < ramp; j++) weights[j] = ramp === 1 ? 1 / n : 1 / n + ((1 - 1 / n) * j) / (ramp - 1);
  return weights;
}
