import { pearsonMatrix } from '../selection/correlation.ts';
import { checkTraining, presentValues } from './transform.ts';

/** Indexes of columns whose variance over the training rows (NaN left out) is above `least` (default 0: those that vary at all). */
export function variedColumns(columns: readonly Float64Array[], least = 0): number[] {
  checkTraining(columns);
  return Array.from(columns.keys()).filter((f) => {
    const values = presentValues(columns[f]!, f);
    // First against last: the variance of equal values can be rounding above 0.
    if (values[0] === values[values.length - 1]) return false;
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length > least;
  });
}

/** Indexes of columns left when, of every two with |correlation| above `most`, the later is dropped. Columns must vary and have no NaN. */
export function uncorrelatedColumns(columns: readonly Float64Array[], most = 0.95): number[] {
  checkTraining(columns, false);
  const correlation = pearsonMatrix(columns);
  const kept: number[] = [];
  for (let f = 0; f < columns.length; f++) if (kept.every((g) => !(Math.abs(correlation[f]![g]!) > most))) kept.push(f);
  return kept;
}
