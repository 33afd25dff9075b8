import { TidegateError } from '../../foundation/errors.ts';

/** @throws TidegateError SELECTION_DATA on no columns, unequal lengths, fewer than `least` rows, NaN or infinity, or a constant column */
export function checkFeatures(
  columns: readonly ArrayLike<number>[],
  target: ArrayLike<number> | undefined,
  least = 3,
): void {
  const rows = columns[0]?.length ?? 0;
  if (columns.length === 0)
    throw new TidegateError('SELECTION_DATA', 'there are no features', { remedy: 'Give at least one column.' });
  if (rows < least)
    throw new TidegateError('SELECTION_DATA', `${rows} rows are too few, ${least} are needed`, {
      remedy: 'Use more history.',
    });
  if (target && target.length !== rows)
    throw new TidegateError('SELECTION_DATA', `${target.length} targets for ${rows} rows`, {
      remedy: 'Give one target per row.',
    });
  for (const [f, column] of columns.entries()) {
    if (column.length !== rows)
      throw new TidegateError('SELECTION_DATA', `feature ${f} has ${column.length} rows, the first ${rows}`, {
        remedy: 'Cut them to one length.',
      });
    let varies = false;
    for (let i = 0; i < rows; i++) {
      if (!Number.isFinite(column[i]!))
        throw new TidegateError('SELECTION_DATA', `row ${i} of feature ${f} is ${column[i]}`, {
          remedy: 'Impute or drop such rows first.',
        });
      if (column[i] !== column[0]) varies = true;
    }
    if (!varies)
      throw new TidegateError('SELECTION_DATA', `feature ${f} is ${column[0]} in every row`, {
        remedy: 'Leave out features that do not vary.',
      });
  }
  if (target)
    for (let i = 0; i < rows; i++)
      if (!Number.isFinite(target[i]!))
        throw new TidegateError('SELECTION_DATA', `target ${i} is ${target[i]}`, {
          remedy: 'Drop rows without a label.',
        });
}

/** @throws TidegateError SELECTION_DATA when a class label has one value only */
export function checkClasses(labels: ArrayLike<number>): void {
  for (let i = 1; i < labels.length; i++) if (labels[i] !== labels[0]) return;
  throw new TidegateError('SELECTION_DATA', `all ${labels.length} labels are ${labels[0]}`, {
    remedy: 'Select features on rows of more than one class.',
  });
}
