import { TidegateError } from '../../foundation/errors.ts';

/**
 * A target for each bar and the last bar it was read from: splits purge by `end`. `target` is NaN, and `end` -1, where the data ends
 * before the label is known.
 */
export interface LabelColumn {
  readonly target: Float64Array;
  readonly end: Int32Array;
}

/** @throws TidegateError LABEL_OPTION unless `value` is a whole number from `least` */
export function checkWhole(name: string, value: number, least: number): void {
  if (!(Number.isInteger(value) && value >= least))
    throw new TidegateError('LABEL_OPTION', `${name} is ${value}`, { remedy: `Give a whole number from ${least}.` });
}

/** @throws TidegateError LABEL_OPTION unless `value` is a finite number from `least` */
export function checkNumber(name: string, value: number, least: number): void {
  if (!(Number.isFinite(value) && value >= least))
    throw new TidegateError('LABEL_OPTION', `${name} is ${value}`, { remedy: `Give a number from ${least}.` });
}

/** @throws TidegateError LABEL_DATA unless all columns have the length of the first */
export function checkSameLength(columns: Readonly<Record<string, ArrayLike<number> | undefined>>): void {
  const given = Object.entries(columns).filter((entry): entry is [string, ArrayLike<number>] => entry[1] !== undefined);
  const [first, ...others] = given;
  for (const [name, column] of others)
    if (column.length !== first![1].length)
      throw new TidegateError('LABEL_DATA', `${name} has ${column.length} rows, ${first![0]} has ${first![1].length}`, {
        remedy: 'Cut them to one length.',
      });
}
