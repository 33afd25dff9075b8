import type { Dataset } from '../../ports/learning-modules.ts';
import { labelEnds } from '../dataset/split-dataset.ts';
import { uniqueness } from '../labels/sample-weights.ts';

/** Average uniqueness of each row's label among the others: rows stand for bars. Rows in order of availability. */
export function spanUniqueness(data: Dataset): Float64Array {
  const end = labelEnds(data);
  const start = Int32Array.from({ length: data.rows }, (_, i) => i);
  return uniqueness({ start, end }, data.rows);
}
