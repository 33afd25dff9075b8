import { TidegateError } from '../../foundation/errors.ts';

/** Row indexes to learn from and to test on, ascending. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Consecutive runs of ascending indexes, [first, last], both inclusive. */
export function rangesOf(indexes: ArrayLike<number>): [number, number][] {
  const out: [number, number][] = [];
  for (let k = 0; k < indexes.length; k++) {
    const i = indexes[k]!;
    const last = out.at(-1);
    if (last && last[1] === i - 1) last[1] = i;
    else out.push([i, i]);
  }
  return out;
}

/** The indexes [from, to). */
export function span(from: number, to: number): Int32Array {
  return Int32Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);
}

/**
 * Refuses a split that would leak: a row in both parts, a training label read from bars at or after the start of a test block that comes
 * later, or a training row within the labels of a test block that came before. `labelEnd[i]` is the last row that the label of row i is
 * read from.
 * @throws TidegateError SPLIT_LEAK naming the rows
 */
export function refuseLeaks({ train, test }: Split, labelEnd: ArrayLike<number>): void {
  const leak = (what: string) =>
    new TidegateError('SPLIT_LEAK', what, {
      remedy: 'Purge training rows whose labels overlap the test rows, or use a purged split.',
    });
  for (const [first, last] of rangesOf(test)) {
    let reach = last;
    for (let i = first; i <= last; i++) reach = Math.max(reach, labelEnd[i]!);
    for (const i of train) {
      if (i >= first && i <= last) throw leak(`row ${i} is both trained and tested on`);
      if (i < first && labelEnd[i]! >= first)
        throw leak(`the label of training row ${i} is read up to row ${labelEnd[i]}, testing starts at row ${first}`);
      if (i > last && i <= reach)
        throw leak(
          `training row ${i} lies within the labels of test rows ${first} to ${last}, read up to row ${reach}`,
        );
    }
  }
}

/** Training rows left when those are dropped that would leak into the test rows [first, last], and `embargo` rows after their labels. */
export function purge(
  train: ArrayLike<number>,
  block: readonly [number, number],
  labelEnd: ArrayLike<number>,
  embargo: number,
): Int32Array {
  const [first, last] = block;
  let reach = last;
  for (let i = first; i <= last; i++) reach = Math.max(reach, labelEnd[i]!);
  return Int32Array.from(train).filter((i) => (i < first ? labelEnd[i]! < first : i > reach + embargo));
}

/** @throws TidegateError SPLIT_OPTION unless `value` is a whole number from `least` to `most` */
export function checkCount(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (!(Number.isInteger(value) && value >= least && value <= most))
    throw new TidegateError('SPLIT_OPTION', `${name} is ${value}`, {
      remedy: `Give a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ''}.`,
    });
}

/** @throws TidegateError SPLIT_DATA when a label ends before its row */
export function checkLabelEnds(labelEnd: ArrayLike<number>): void {
  for (let i = 0; i < labelEnd.length; i++)
    if (!(labelEnd[i]! >= i))
      throw new TidegateError('SPLIT_DATA', `the label of row ${i} ends at row ${labelEnd[i]}`, {
        remedy: 'Drop rows whose label is not known before splitting.',
      });
}
