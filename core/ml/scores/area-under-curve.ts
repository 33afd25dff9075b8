import { ranks } from '../selection/correlation.ts';

/**
 * Area under the ROC curve: the chance that a row of class 1 scores above one of class 0, ties counting half (Mann-Whitney).
 * NaN with one class only; scores must not be NaN.
 */
export function areaUnderCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const place = ranks(scores);
  let ones = 0;
  let sum = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 1) continue;
    ones++;
    sum += place[i]!;
  }
  const zeros = labels.length - ones;
  return ones === 0 || zeros === 0 ? Number.NaN : (sum - (ones * (ones + 1)) / 2) / (ones * zeros);
}
