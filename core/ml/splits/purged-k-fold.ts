import { TidegateError } from '../../foundation/errors.ts';
import { checkCount, checkLabelEnds, purge, type Split, span } from './split.ts';

/** [first, last] rows of `groups` groups, as even as possible, longer ones first. */
export function evenGroups(rows: number, groups: number): [number, number][] {
  const size = Math.floor(rows / groups);
  const longer = rows % groups;
  const out: [number, number][] = [];
  for (let g = 0, from = 0; g < groups; g++) {
    const to = from + size + (g < longer ? 1 : 0);
    out.push([from, to - 1]);
    from = to;
  }
  return out;
}

/** @throws TidegateError SPLIT_OPTION unless 0 <= share < 1 */
export function embargoRows(share: number, rows: number): number {
  if (!(share >= 0 && share < 1))
    throw new TidegateError('SPLIT_OPTION', `embargo is ${share}`, {
      remedy: 'Give a fraction of the rows, such as 0.01.',
    });
  return Math.ceil(share * rows);
}

/**
 * Purged k-fold (López de Prado 2018, section 7.4): each group is tested once; training rows whose labels reach into it go, and those up to
 * the end of its labels plus an embargo (a share of all rows) after it. @throws TidegateError SPLIT_OPTION, SPLIT_DATA, SPLIT_ROWS
 */
export function purgedKFold(
  labelEnd: ArrayLike<number>,
  { folds, embargo = 0 }: { readonly folds: number; readonly embargo?: number },
): Split[] {
  const rows = labelEnd.length;
  checkCount('folds', folds, 2, rows);
  checkLabelEnds(labelEnd);
  const lag = embargoRows(embargo, rows);
  return evenGroups(rows, folds).map((block) => {
    const train = purge(span(0, rows), block, labelEnd, lag);
    if (train.length === 0)
      throw new TidegateError('SPLIT_ROWS', `nothing is left to train on beside test rows ${block[0]} to ${block[1]}`, {
        remedy: 'Use fewer folds, a shorter label or a smaller embargo.',
      });
    return { train, test: span(block[0], block[1] + 1) };
  });
}
