import { TidegateError } from '../../foundation/errors.ts';
import { checkLabelEnds, purge, span } from './split.ts';

/** Training, validation and test rows, in this order of time. */
export interface ThreeWaySplit {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/**
 * The first 70 % of rows to train, the next 15 % to validate, the rest to test (or the shares given). Rows whose labels reach into the
 * next part are left out. @throws TidegateError SPLIT_OPTION, SPLIT_DATA, and SPLIT_ROWS when a part would be empty
 */
export function chronologicalSplit(
  labelEnd: ArrayLike<number>,
  shares: { readonly train: number; readonly validation: number } = { train: 0.7, validation: 0.15 },
): ThreeWaySplit {
  const { train, validation } = shares;
  if (!(train > 0 && validation >= 0 && train + validation < 1))
    throw new TidegateError('SPLIT_OPTION', `shares are train ${train}, validation ${validation}`, {
      remedy: 'Give fractions that leave something to test.',
    });
  checkLabelEnds(labelEnd);
  const n = labelEnd.length;
  const a = Math.floor(train * n);
  const b = Math.floor((train + validation) * n);
  const last = (from: number, to: number) => [from, Math.max(from, to - 1)] as const;
  const parts = {
    train: purge(span(0, a), last(a, n), labelEnd, 0),
    validation: purge(span(a, b), last(b, n), labelEnd, 0),
    test: span(b, n),
  };
  if (parts.train.length === 0 || parts.test.length === 0 || (validation > 0 && parts.validation.length === 0))
    throw new TidegateError(
      'SPLIT_ROWS',
      `${n} rows leave ${parts.train.length} to train, ${parts.validation.length} to validate, ${parts.test.length} to test`,
      {
        remedy: 'Use more rows or a shorter label.',
      },
    );
  return parts;
}
