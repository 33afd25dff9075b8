import type { ScaledRows } from '../linear/standardise.ts';

export interface ElasticNetOptions {
  /** Strength of the penalty, at least 0. */
  readonly alpha: number;
  /** Share of the penalty that is on absolute sizes: 1 is the lasso, 0 ridge. */
  readonly l1Ratio: number;
  /** Stop when no coefficient of a pass moves by more than this share of the target's deviation (default 1e-9). */
  readonly tolerance?: number;
  /** Most passes (default 10,000). */
  readonly passes?: number;
}

/**
 * Elastic net (Zou and Hastie 2005) by cyclic coordinate descent with covariance updates (Friedman, Hastie and Tibshirani 2010). Minimises
 * Σ w (y - b₀ - x·b)² / (2 Σ w) + alpha · l1Ratio · |b|₁ + alpha · (1 - l1Ratio) / 2 · |b|², as scikit-learn does.
 * Cost: rows · width² once, then width² a pass.
 * @returns coefficients of the scaled features, the intercept (without penalty) first
 */
export function elasticNet(data: ScaledRows, options: ElasticNetOptions): Float64Array {
  const { alpha, l1Ratio, tolerance = 1e-9, passes = 10_000 } = options;
  const { rows, width, values, target, weights } = data;
  let total = 0;
  let meanTarget = 0;
  const means = new Float64Array(width);
  for (let r = 0; r < rows; r++) {
    const w = weights[r]!;
    total += w;
    meanTarget += w * target[r]!;
    for (let c = 0; c < width; c++) means[c]! += w * values[r * width + c]!;
  }
  meanTarget /= total;
  for (let c = 0; c < width; c++) means[c]! /= total;
  const gram = new Float64Array(width * width);
  const moment = new Float64Array(width);
  const x = new Float64Array(width);
  let spread = 0;
  for (let r = 0; r < rows; r++) {
    const w = weights[r]! / total;
    const y = target[r]! - meanTarget;
    spread += w * y * y;
    for (let c = 0; c < width; c++) x[c] = values[r * width + c]! - means[c]!;
    for (let i = 0; i < width; i++) {
      const wx = w * x[i]!;
      moment[i]! += wx * y;
      for (let j = 0; j <= i; j++) gram[i * width + j]! += wx * x[j]!;
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) gram[j * width + i] = gram[i * width + j]!;
  const lasso = alpha * l1Ratio;
  const ridge = alpha * (1 - l1Ratio);
  const least = tolerance * Math.sqrt(spread);
  const b = new Float64Array(width + 1);
  // What is left of the moments after the present coefficients.
  const rest = moment.slice();
  for (let pass = 0; pass < passes; pass++) {
    let moved = 0;
    for (let j = 0; j < width; j++) {
      const own = gram[j * width + j]!;
      if (own === 0) continue;
      const before = b[j + 1]!;
      const raw = rest[j]! + own * before;
      const after = Math.abs(raw) <= lasso ? 0 : (raw - Math.sign(raw) * lasso) / (own + ridge);
      const step = after - before;
      if (step === 0) continue;
      b[j + 1] = after;
      for (let i = 0; i < width; i++) rest[i]! -= gram[j * width + i]! * step;
      moved = Math.max(moved, Math.abs(step));
    }
    if (moved <= least) break;
  }
  b[0] = meanTarget;
  for (let c = 0; c < width; c++) b[0]! -= b[c + 1]! * means[c]!;
  return b;
}
