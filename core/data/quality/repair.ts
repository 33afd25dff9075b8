import type { SeriesKey } from '../../ports/market-data.ts';
import { isUniqueByTime } from '../catalogue/merge.ts';
import { type ColumnSet, pickRows } from '../store/column-set.ts';
import { findIssues } from './find-issues.ts';
import type { Issue } from './issue.ts';

/** What a repair did, in rows. */
export interface RepairReport {
  readonly sorted: number;
  readonly duplicates: number;
  /** Rows left out because they cannot be mended. */
  readonly dropped: number;
  /** Candles whose high and low were widened. */
  readonly widened: number;
}

export interface RepairOptions {
  readonly dropOutliers?: boolean;
}

/**
 * A corrected copy: rows sorted by time (stable), the last of equal times kept, rows with impossible values left out, highs and lows
 * widened to hold open and close. Gaps stay gaps: nothing is invented.
 */
export function repairRows(
  key: SeriesKey,
  set: ColumnSet,
  options: RepairOptions = {},
): { readonly set: ColumnSet; readonly report: RepairReport } {
  const widened = widen(key, set);
  const issues = findIssues(key, widened.set);
  const drop = new Set(issues.filter((issue) => mustDrop(issue, options)).map(({ row }) => row));
  const { time } = widened.set.columns;
  const kept = Array.from({ length: set.length }, (_, i) => i).filter((i) => !drop.has(i));
  const order = kept.toSorted((a, b) => time![a]! - time![b]! || a - b);
  const unique = isUniqueByTime(key.type) ? order.filter((row, i) => time![order[i + 1]!] !== time![row]) : order;
  return {
    set: pickRows(widened.set, unique),
    report: {
      sorted: order.filter((row, i) => row !== kept[i]).length,
      duplicates: order.length - unique.length,
      dropped: drop.size,
      widened: widened.count,
    },
  };
}

function mustDrop(issue: Issue, { dropOutliers = false }: RepairOptions): boolean {
  if (issue.kind === 'outlier') return dropOutliers && issue.what.endsWith('at once');
  return ['not-a-number', 'not-positive', 'negative', 'misaligned'].includes(issue.kind);
}

function widen(key: SeriesKey, set: ColumnSet): { readonly set: ColumnSet; readonly count: number } {
  if (key.type !== 'candles' && key.type !== 'mark') return { set, count: 0 };
  const { open, close } = set.columns;
  const high = set.columns.high!.slice();
  const low = set.columns.low!.slice();
  let count = 0;
  for (let i = 0; i < set.length; i++) {
    const values = [open![i]!, high[i]!, low[i]!, close![i]!];
    if (!values.every((x) => x > 0)) continue;
    const [top, bottom] = [Math.max(...values), Math.min(...values)];
    if (top === high[i] && bottom === low[i]) continue;
    high[i] = top;
    low[i] = bottom;
    count++;
  }
  return { set: { ...set, columns: { ...set.columns, high, low } }, count };
}
