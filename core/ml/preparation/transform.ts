import { TidegateError } from '../../foundation/errors.ts';

/** A step that is fitted on training rows and then changes columns; what it learned are plain arrays, saved with the model. */
export interface Transform {
  readonly name: string;
  /** New columns for rows of the same features; the input is not changed. @throws TidegateError PREPARE_DATA on another number of columns */
  apply(columns: readonly Float64Array[]): Float64Array[];
  readonly state: Readonly<Record<string, Float64Array>>;
}

/** @throws TidegateError PREPARE_DATA on no columns or rows, unequal lengths, or infinity; NaN where `allowsMissing` is false */
export function checkTraining(columns: readonly Float64Array[], allowsMissing = true): void {
  const rows = columns[0]?.length ?? 0;
  if (columns.length === 0 || rows === 0)
    throw new TidegateError('PREPARE_DATA', `there are ${columns.length} columns of ${rows} rows`, {
      remedy: 'Give training rows.',
    });
  for (const [f, column] of columns.entries()) {
    if (column.length !== rows)
      throw new TidegateError('PREPARE_DATA', `column ${f} has ${column.length} rows, the first ${rows}`, {
        remedy: 'Cut them to one length.',
      });
    const bad = column.findIndex((v) => (Number.isNaN(v) ? !allowsMissing : !Number.isFinite(v)));
    if (bad >= 0)
      throw new TidegateError('PREPARE_DATA', `row ${bad} of column ${f} is ${column[bad]}`, {
        remedy: allowsMissing ? 'Replace infinities first.' : 'Impute missing values first.',
      });
  }
}

/** @throws TidegateError PREPARE_DATA when the columns are not as many as were fitted */
export function checkWidth(columns: readonly Float64Array[], fitted: number): void {
  if (columns.length !== fitted)
    throw new TidegateError('PREPARE_DATA', `${columns.length} columns given, ${fitted} were fitted`, {
      remedy: 'Give the columns of the training rows, in that order.',
    });
}

/** The values that are there, ascending. @throws TidegateError PREPARE_DATA where there are none */
export function presentValues(column: Float64Array, f: number): Float64Array {
  const values = column.filter((v) => !Number.isNaN(v)).sort();
  if (values.length === 0)
    throw new TidegateError('PREPARE_DATA', `column ${f} has no values`, { remedy: 'Leave it out.' });
  return values;
}
