import { TidegateError } from '../../foundation/errors.ts';
import { pickValues } from '../dataset/pick-values.ts';
import { pearsonMatrix } from '../selection/correlation.ts';
import { checkTraining, checkWidth, type Transform } from './transform.ts';

/** Indexes of columns whose variance over the training rows (NaN left out) is above `least` (default 0: those that vary at all). */
export function variedColumns(columns: readonly Float64Array[], least = 0): number[] {
  checkTraining(columns);
  return Array.from(columns.keys()).filter((f) => {
    const values = columns[f]!.filter((v) => !Number.isNaN(v)).sort();
    // First against last: the variance of equal values can be rounding above 0. None at all do not vary either.
    if (values[0] === values.at(-1)) return false;
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length > least;
  });
}

/**
 * Indexes of columns left when, of every two with |correlation| above `most`, the later is dropped. Judged on the rows that miss nothing.
 * @throws TidegateError PREPARE_DATA when fewer than 3 rows are whole
 */
export function uncorrelatedColumns(columns: readonly Float64Array[], most = 0.95): number[] {
  checkTraining(columns);
  const rows = Array.from(columns[0]!.keys()).filter((i) => columns.every((column) => !Number.isNaN(column[i]!)));
  if (rows.length < 3)
    throw new TidegateError(
      'PREPARE_DATA',
      `${rows.length} of ${columns[0]!.length} rows have a value in every column`,
      {
        remedy: 'Put "impute" before "correlation", or leave out what is seldom there.',
      },
    );
  const correlation = pearsonMatrix(columns.map((column) => pickValues(column, rows)));
  const kept: number[] = [];
  for (let f = 0; f < columns.length; f++) if (kept.every((g) => !(Math.abs(correlation[f]![g]!) > most))) kept.push(f);
  return kept;
}

/** A filter as a step of a preparation: the columns that were kept, of as many as it was fitted on. @throws TidegateError PREPARE_DATA for none */
export function columnFilter(name: string, columns: readonly Float64Array[], kept: readonly number[]): Transform {
  if (kept.length === 0)
    throw new TidegateError('PREPARE_DATA', `"${name}" leaves none of ${columns.length} columns`, {
      remedy: 'Look at the features over these rows, or ask less of them.',
    });
  return filterOf(name, { kept: Float64Array.from(kept), width: Float64Array.of(columns.length) });
}

/** The filter from what it learned. */
export function filterOf(name: string, state: Transform['state']): Transform {
  const { kept, width } = state;
  return {
    name,
    state,
    apply(columns) {
      checkWidth(columns, width![0]!);
      return Array.from(kept!, (f) => columns[f]!);
    },
  };
}
