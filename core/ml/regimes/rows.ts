import { TidegateError } from '../../foundation/errors.ts';

/**
 * Columns copied into one row-major block. @throws TidegateError REGIME_DATA on no columns, unequal lengths, NaN or infinity, fewer than
 * `least` rows; with `mustVary`, also on a constant column
 */
export function rowBlock(columns: readonly ArrayLike<number>[], least: number, mustVary = false): Float64Array {
  const d = columns.length;
  const n = columns[0]?.length ?? 0;
  if (d === 0) throw new TidegateError('REGIME_DATA', 'there are no columns', { remedy: 'Give at least one feature.' });
  if (n < least)
    throw new TidegateError('REGIME_DATA', `${n} rows are too few, ${least} are needed`, {
      remedy: 'Use more history or fewer states.',
      details: { received: n, needed: least },
    });
  const out = new Float64Array(n * d);
  for (const [j, column] of columns.entries()) {
    if (column.length !== n)
      throw new TidegateError('REGIME_DATA', `column ${j} has ${column.length} rows, the first ${n}`, {
        remedy: 'Cut them to one length.',
      });
    let varies = false;
    for (let i = 0; i < n; i++) {
      const value = column[i]!;
      if (!Number.isFinite(value))
        throw new TidegateError('REGIME_DATA', `row ${i} of column ${j} is ${value}`, {
          remedy: 'Drop the warm-up and fill gaps first.',
        });
      if (value !== column[0]) varies = true;
      out[i * d + j] = value;
    }
    if (mustVary && !varies)
      throw new TidegateError('REGIME_DATA', `column ${j} is ${column[0]} in every row`, {
        remedy: 'Leave out features that do not vary.',
      });
  }
  return out;
}
