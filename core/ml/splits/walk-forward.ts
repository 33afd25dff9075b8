import { TidegateError } from '../../foundation/errors.ts';
import { checkCount, checkLabelEnds, purge, type Split, span } from './split.ts';

export interface WalkForwardOptions {
  /** Rows of the first training window (of each, unless anchored). */
  readonly train: number;
  readonly test: number;
  /** Rows between windows (default: `test`). */
  readonly step?: number;
  /** Rows left out between training and testing (default 0). */
  readonly gap?: number;
  /** Training starts at row 0 each time (default false: the window rolls). */
  readonly isAnchored?: boolean;
  /** Last row of each row's label: training rows whose labels reach the test rows are left out. */
  readonly labelEnd?: ArrayLike<number>;
}

/**
 * Walk-forward windows over `rows` rows: train on the past, test on what follows, move on. A last incomplete test window is dropped.
 * @throws TidegateError SPLIT_OPTION, SPLIT_DATA, SPLIT_ROWS when not even one window fits or purging leaves nothing to train on
 */
export function walkForward(rows: number, options: WalkForwardOptions): Split[] {
  const { train, test, step = test, gap = 0, isAnchored = false, labelEnd } = options;
  checkCount('train', train, 1);
  checkCount('test', test, 1);
  checkCount('step', step, 1);
  checkCount('gap', gap, 0);
  if (labelEnd) checkLabelEnds(labelEnd);
  const out: Split[] = [];
  for (let from = 0; from + train + gap + test <= rows; from += step) {
    const first = from + train + gap;
    const learned = span(isAnchored ? 0 : from, from + train);
    const kept = labelEnd ? purge(learned, [first, first + test - 1], labelEnd, 0) : learned;
    if (kept.length === 0)
      throw new TidegateError(
        'SPLIT_ROWS',
        `labels of all ${train} training rows reach into the test rows from ${first} on`,
        { remedy: 'Use a longer window or a shorter label.' },
      );
    out.push({ train: kept, test: span(first, first + test) });
  }
  if (out.length === 0)
    throw new TidegateError('SPLIT_ROWS', `${rows} rows hold no window of ${train} + ${gap} + ${test}`, {
      remedy: 'Use more rows or shorter windows.',
    });
  return out;
}
