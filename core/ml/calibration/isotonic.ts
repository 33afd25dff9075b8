import { TidegateError } from '../../foundation/errors.ts';

/** A rising curve through (x, y), straight between points and level outside them. */
export interface IsotonicCurve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Isotonic regression: the rising curve with the least squared error, by pooling adjacent violators. Equal scores are averaged first.
 * @throws TidegateError CALIBRATION_DATA on unequal lengths or values that are not finite
 */
export function fitIsotonic(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  weights?: ArrayLike<number>,
): IsotonicCurve {
  const n = scores.length;
  if (n === 0 || targets.length !== n)
    throw new TidegateError('CALIBRATION_DATA', `${n} scores and ${targets.length} targets`, {
      remedy: 'Give one target per score, and at least one.',
    });
  for (let i = 0; i < n; i++)
    if (!Number.isFinite(scores[i]!) || !Number.isFinite(targets[i]!))
      throw new TidegateError('CALIBRATION_DATA', `row ${i} has score ${scores[i]} and target ${targets[i]}`, {
        remedy: 'Leave out rows without a prediction.',
      });
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const xs: number[] = [];
  const blocks: { sum: number; weight: number; from: number }[] = [];
  for (let k = 0; k < n; ) {
    const x = scores[order[k]!]!;
    let sum = 0;
    let weight = 0;
    for (; k < n && scores[order[k]!] === x; k++) {
      const w = weights ? weights[order[k]!]! : 1;
      sum += w * targets[order[k]!]!;
      weight += w;
    }
    xs.push(x);
    blocks.push({ sum, weight, from: xs.length - 1 });
    for (
      let last = blocks.length - 1;
      last > 0 && blocks[last - 1]!.sum / blocks[last - 1]!.weight >= blocks[last]!.sum / blocks[last]!.weight;
      last--
    ) {
      const pooled = blocks.pop()!;
      blocks[last - 1]!.sum += pooled.sum;
      blocks[last - 1]!.weight += pooled.weight;
    }
  }
  const x: number[] = [];
  const y: number[] = [];
  for (const [k, block] of blocks.entries()) {
    const last = (blocks[k + 1]?.from ?? xs.length) - 1;
    for (const at of last > block.from ? [block.from, last] : [last]) {
      x.push(xs[at]!);
      y.push(block.sum / block.weight);
    }
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

/** The curve's value at a score. O(log points). */
export function isotonicValue({ x, y }: IsotonicCurve, score: number): number {
  if (Number.isNaN(score)) return Number.NaN;
  const last = x.length - 1;
  if (score <= x[0]!) return y[0]!;
  if (score >= x[last]!) return y[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= score) low = middle;
    else high = middle;
  }
  return y[low]! + ((y[high]! - y[low]!) * (score - x[low]!)) / (x[high]! - x[low]!);
}
