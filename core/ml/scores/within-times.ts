import type { Dataset } from '../../ports/learning-modules.ts';

/**
 * Rows whose label is told from the mean of those of its time: above 0 where a pair did better than the pairs did. NaN where a time has one
 * row with a label. What a model that ranks is judged by.
 */
export function withinTimes<T extends Pick<Dataset, 'target' | 'availableAt'>>(dataset: T): T {
  const { target, availableAt } = dataset;
  const known = Array.from(target.keys()).filter((i) => !Number.isNaN(target[i]!));
  const judged = new Float64Array(target.length).fill(Number.NaN);
  for (const rows of Map.groupBy(known, (i) => availableAt[i]!).values()) {
    if (rows.length < 2) continue;
    const mean = rows.reduce((sum, i) => sum + target[i]!, 0) / rows.length;
    for (const i of rows) judged[i] = target[i]! - mean;
  }
  return { ...dataset, target: judged };
}
