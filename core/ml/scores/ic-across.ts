import { spearmanMatrix } from '../selection/correlation.ts';

/**
 * Rank correlation of predictions and labels among the rows of one time, the mean over times with at least two of them that differ: how well pairs
 * are told from each other, whatever the whole market did. NaN where no time has such rows.
 */
export function icAcross(said: Float64Array, target: Float64Array, availableAt: Float64Array): number {
  const known = Array.from(target.keys()).filter((i) => !Number.isNaN(said[i]!) && !Number.isNaN(target[i]!));
  let sum = 0;
  let times = 0;
  for (const rows of Map.groupBy(known, (i) => availableAt[i]!).values()) {
    if (rows.length < 2) continue;
    const pick = (values: Float64Array) => Float64Array.from(rows, (i) => values[i]!);
    const ic = spearmanMatrix([pick(said), pick(target)])[0]![1]!;
    if (Number.isNaN(ic)) continue;
    sum += ic;
    times++;
  }
  return sum / times;
}
