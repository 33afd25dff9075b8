import { seeded } from '../../foundation/rng.ts';
import { fitPlatt, plattProbability } from '../calibration/platt.ts';
import { linearImportance, type ScaledRows } from '../linear/standardise.ts';
import type { VectorLearner, VectorRows } from './vector-module.ts';

export interface SvmOptions {
  /** Price of a row on the wrong side of its margin. */
  readonly c: number;
  readonly seed: number;
  /** Stop when no projected gradient of a pass is larger (default 1e-3 for models; smaller for exact comparisons). */
  readonly tolerance?: number;
  /** Most passes (default 1,000). */
  readonly passes?: number;
}

/**
 * Linear support vector machine with squared hinge loss by dual coordinate descent (Hsieh, Chang, Lin, Keerthi and Sundararajan 2008), the solver of
 * LIBLINEAR: minimises |b|²/2 + c Σ w max(0, 1 - y b·x)² with the intercept among the coefficients (a feature that is always 1).
 * @param signs 1 or -1 per row
 * @returns coefficients of the scaled features, intercept first
 */
export function linearSvm(data: ScaledRows, signs: Float64Array, options: SvmOptions): Float64Array {
  const { rows, width, values, weights } = data;
  const { c, seed, tolerance = 1e-3, passes = 1000 } = options;
  const b = new Float64Array(width + 1);
  const alpha = new Float64Array(rows);
  const own = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    let square = 1 + 1 / (2 * c * weights[r]!);
    for (let k = 0; k < width; k++) square += values[r * width + k]! ** 2;
    own[r] = square;
  }
  const rng = seeded(`svm-${seed}`);
  const order = Uint32Array.from({ length: rows }, (_, i) => i);
  for (let pass = 0; pass < passes; pass++) {
    // A fresh order each pass converges much faster than a fixed one.
    for (let i = rows - 1; i > 0; i--) {
      const j = Math.floor(rng.next() * (i + 1));
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    let worst = 0;
    for (let i = 0; i < rows; i++) {
      const r = order[i]!;
      const at = r * width;
      const y = signs[r]!;
      let score = b[0]!;
      for (let k = 0; k < width; k++) score += b[k + 1]! * values[at + k]!;
      const gradient = y * score - 1 + alpha[r]! / (2 * c * weights[r]!);
      const projected = alpha[r] === 0 ? Math.min(gradient, 0) : gradient;
      if (projected === 0) continue;
      worst = Math.max(worst, Math.abs(projected));
      const next = Math.max(0, alpha[r]! - gradient / own[r]!);
      const step = (next - alpha[r]!) * y;
      alpha[r] = next;
      b[0]! += step;
      for (let k = 0; k < width; k++) b[k + 1]! += step * values[at + k]!;
    }
    if (worst <= tolerance) break;
  }
  return b;
}

/** One machine per class against the rest (one in all for two classes), margins made probabilities by Platt's scaling on the rows learned from. */
export function trainSvm(data: VectorRows, options: SvmOptions): VectorLearner {
  const { rows, width, values, target, classes } = data;
  const learned = classes === 2 ? [1] : Array.from({ length: classes }, (_, k) => k);
  const machines = new Float64Array(learned.length * (width + 1));
  const scalings = new Float64Array(learned.length * 2);
  learned.forEach((k, m) => {
    const b = linearSvm(
      data,
      target.map((y) => (y === k ? 1 : -1)),
      options,
    );
    machines.set(b, m * (width + 1));
    const margins = Float64Array.from({ length: rows }, (_, r) => marginOf(b, 0, values, r * width, width));
    const platt = fitPlatt(
      margins,
      target.map((y) => (y === k ? 1 : 0)),
    );
    scalings.set([platt.a, platt.b], 2 * m);
  });
  return svm({ machines, scalings }, width);
}

/** A learner of saved machines (each intercept and coefficients) and their Platt scalings. */
export function svm(arrays: Readonly<Record<string, Float64Array>>, width: number): VectorLearner {
  const { machines, scalings } = arrays as Readonly<Record<'machines' | 'scalings', Float64Array>>;
  const count = scalings.length / 2;
  const probability = (m: number, x: Float64Array) =>
    plattProbability(
      { a: scalings[2 * m]!, b: scalings[2 * m + 1]! },
      marginOf(machines, m * (width + 1), x, 0, width),
    );
  return {
    arrays: () => ({ machines, scalings }),
    score(x, out) {
      if (count === 1) {
        out[1] = probability(0, x);
        out[0] = 1 - out[1];
        return;
      }
      let sum = 0;
      for (let m = 0; m < count; m++) {
        out[m] = probability(m, x);
        sum += out[m]!;
      }
      for (let m = 0; m < count; m++) out[m]! /= sum;
    },
    importance() {
      const shares = Array.from({ length: count }, (_, m) =>
        linearImportance(machines.subarray(m * (width + 1), (m + 1) * (width + 1))),
      );
      return shares[0]!.map((_, c) => shares.reduce((sum, s) => sum + s[c]!, 0) / count);
    },
  };
}

function marginOf(b: Float64Array, first: number, values: Float64Array, at: number, width: number): number {
  let score = b[first]!;
  for (let c = 0; c < width; c++) score += b[first + c + 1]! * values[at + c]!;
  return score;
}
