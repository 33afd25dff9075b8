import type { Rng } from '../../foundation/rng.ts';
import type { Dim } from '../space/dim.ts';
import { type AxisKind, cellMass, drawFrom, massInside } from './parzen-axis.ts';

/** Kernels narrower than this share of the range are never used once there are 98 observations (Optuna's "magic clip"). */
const MAX_KERNELS_FOR_CLIP = 100;
/** Below this a cell's mass is rounding; the prior kernel dominates there anyway. */
const LEAST_MASS = 1e-12;

/** A dimension as the estimator sees it, with one coordinate per trial and a cache of kernel normalisers. */
export interface ParzenColumn {
  readonly dim: Dim;
  readonly kind: AxisKind;
  /** Canonical coordinate by trial number. */
  readonly unit: Float64Array;
  /** Width for which `norm` was computed, by trial number. */
  readonly normSigma: Float64Array;
  readonly norm: Float64Array;
}

/** Kernels of one column. Kernels with equal centre and width form a class, so that a discrete mass is computed once for all of them. */
interface Kernels {
  readonly mu: Float64Array;
  readonly sigma: Float64Array;
  /** 1 / sigma. */
  readonly inverse: Float64Array;
  readonly classOf: Int32Array;
  /** One kernel of each class. */
  readonly example: number[];
  /** log mass per class by cell, filled on demand. */
  readonly logMass: Map<number, Float64Array>;
}

/**
 * A mixture of product kernels, one per observation plus a wide prior in the middle of the range (Bergstra et al., "Algorithms for
 * Hyper-Parameter Optimization", 2011; widths and weights as in Optuna 5: a kernel is as wide as the larger gap to its neighbours).
 */
export class Parzen {
  readonly #columns: readonly ParzenColumn[];
  readonly #count: number;
  readonly #cumulative: Float64Array;
  /** log weight plus all constant parts of a kernel's density. */
  readonly #constant: Float64Array;
  readonly #kernels: readonly Kernels[];
  readonly #scratch: Float64Array;

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
    const count = members.length + 1;
    this.#columns = columns;
    this.#count = count;
    this.#scratch = new Float64Array(count);
    this.#cumulative = new Float64Array(count);
    this.#constant = new Float64Array(count);
    const weights = weightsOf(count, isRecencyWeighted);
    const total = weights.reduce((a, b) => a + b, 0);
    let sum = 0;
    for (let j = 0; j < count; j++) {
      sum += weights[j]! / total;
      this.#cumulative[j] = sum;
      this.#constant[j] = Math.log(weights[j]! / total);
    }
    const slot = new Int32Array(count === 1 ? 0 : members[count - 2]! + 1);
    for (let j = 0; j < count - 1; j++) slot[members[j]!] = j;
    this.#kernels = columns.map((column, c) => kernelsOf(column, members, sorted[c]!, slot));
    for (let c = 0; c < columns.length; c++) if (columns[c]!.kind === 'continuous') this.#addNorms(c, members);
  }

  #addNorms(c: number, members: Int32Array): void {
    const { norm, normSigma } = this.#columns[c]!;
    const { mu, sigma } = this.#kernels[c]!;
    const prior = this.#count - 1;
    for (let j = 0; j < prior; j++) {
      const trial = members[j]!;
      if (normSigma[trial] !== sigma[j]) {
        normSigma[trial] = sigma[j]!;
        norm[trial] = Math.log(sigma[j]! * massInside(mu[j]!, sigma[j]!));
      }
      this.#constant[j]! -= norm[trial]!;
    }
    this.#constant[prior]! -= Math.log(massInside(0.5, 1));
  }

  /** One draw per column from a kernel chosen by weight, into `out`. */
  draw(rng: Rng, out: Float64Array): void {
    const u = rng.next();
    const prior = this.#count - 1;
    let j = 0;
    while (j < prior && this.#cumulative[j]! <= u) j++;
    for (let c = 0; c < this.#columns.length; c++) {
      const { dim, kind } = this.#columns[c]!;
      const { mu, sigma } = this.#kernels[c]!;
      if (kind !== 'categorical') out[c] = drawFrom(dim, mu[j]!, sigma[j]!, rng);
      else out[c] = dim.centre(drawCategory(dim, j === prior ? -1 : dim.cell(mu[j]!), this.#count, rng));
    }
  }

  /** Logarithm of the density at a point, up to a constant that depends on the columns only. */
  logDensity(point: Float64Array): number {
    const n = this.#count;
    const log = this.#scratch;
    log.set(this.#constant);
    for (let c = 0; c < this.#columns.length; c++) {
      const { dim, kind } = this.#columns[c]!;
      const { mu, inverse, classOf } = this.#kernels[c]!;
      const x = point[c]!;
      if (kind === 'continuous')
        for (let j = 0; j < n; j++) {
          const z = (x - mu[j]!) * inverse[j]!;
          log[j]! -= 0.5 * z * z;
        }
      else if (kind === 'discrete') {
        const mass = this.#logMass(c, dim.cell(x));
        for (let j = 0; j < n; j++) log[j]! += mass[classOf[j]!]!;
      } else {
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
    // Kernels e^-24 below the largest add less than rounding does.
    for (let j = 0; j < n; j++) if (log[j]! > top - 24) sum += Math.exp(log[j]! - top);
    return top + Math.log(sum);
  }

  #logMass(c: number, cell: number): Float64Array {
    const { logMass, example, mu, sigma } = this.#kernels[c]!;
    const known = logMass.get(cell);
    if (known) return known;
    const { dim } = this.#columns[c]!;
    const made = Float64Array.from(example, (j) =>
      Math.log(Math.max(cellMass(dim, cell, mu[j]!, sigma[j]!), LEAST_MASS)),
    );
    logMass.set(cell, made);
    return made;
  }
}

function kernelsOf(column: ParzenColumn, members: Int32Array, sorted: Int32Array, slot: Int32Array): Kernels {
  const n = members.length;
  const { unit, kind } = column;
  const mu = new Float64Array(n + 1);
  const sigma = new Float64Array(n + 1);
  const classOf = new Int32Array(n + 1);
  const example: number[] = [];
  for (let j = 0; j < n; j++) mu[j] = unit[members[j]!]!;
  mu[n] = 0.5;
  sigma[n] = 1;
  const inverse = new Float64Array(n + 1).fill(1);
  const kernels = { mu, sigma, inverse, classOf, example, logMass: new Map<number, Float64Array>() };
  if (kind === 'categorical') return kernels;
  const minimum = 1 / Math.min(MAX_KERNELS_FOR_CLIP, n + 2);
  for (let i = 0; i < n; i++) {
    const x = unit[sorted[i]!]!;
    // The ends of the range are not neighbours, except for a single observation.
    const left = i > 0 ? x - unit[sorted[i - 1]!]! : n === 1 ? x : 0;
    const right = i < n - 1 ? unit[sorted[i + 1]!]! - x : n === 1 ? 1 - x : 0;
    const j = slot[sorted[i]!]!;
    sigma[j] = Math.min(1, Math.max(minimum, left, right));
    inverse[j] = 1 / sigma[j]!;
    const last = example.at(-1);
    if (last === undefined || mu[last] !== mu[j] || sigma[last] !== sigma[j]) example.push(j);
    classOf[j] = example.length - 1;
  }
  example.push(n);
  classOf[n] = example.length - 1;
  return kernels;
}

/** Mass of a categorical kernel on its own value and on each other one: one observation plus a prior of weight 1 / kernels on every value. */
function categoricalMass(choices: number, kernels: number): readonly [same: number, other: number] {
  const prior = 1 / kernels;
  const total = 1 + prior * choices;
  return [(1 + prior) / total, prior / total];
}

/** @param centre the kernel's own category, -1 for the prior */
function drawCategory(dim: Dim, centre: number, kernels: number, rng: Rng): number {
  const [same, other] = categoricalMass(dim.count, kernels);
  let rest = rng.next();
  for (let cell = 0; cell < dim.count - 1; cell++) {
    rest -= centre < 0 ? 1 / dim.count : cell === centre ? same : other;
    if (rest < 0) return cell;
  }
  return dim.count - 1;
}

/** The newest 25 observations and the prior (the last kernel) weigh 1, older ones fall linearly to 1 / n. */
function weightsOf(kernels: number, isRecencyWeighted: boolean): Float64Array {
  const weights = new Float64Array(kernels).fill(1);
  const n = kernels - 1;
  const ramp = n - 25;
  if (isRecencyWeighted)
    for (let j = 0; j < ramp; j++) weights[j] = ramp === 1 ? 1 / n : 1 / n + ((1 - 1 / n) * j) / (ramp - 1);
  return weights;
}
