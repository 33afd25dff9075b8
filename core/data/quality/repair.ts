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
  const time = widened.set.columns.time!;
  const kept = rowsBut(drop, set.length);
  const order = inOrder(kept, time);
  const unique = isUniqueByTime(key.type) ? lastOfEach(order, time) : order;
  let sorted = 0;
  for (let i = 0; i < order.length; i++) if (order[i] !== kept[i]) sorted++;
  return {
    set: sorted === 0 && unique.length === set.length ? widened.set : pickRows(widened.set, unique),
    report: { sorted, duplicates: order.length - unique.length, dropped: drop.size, widened: widened.count },
  };
}

function rowsBut(drop: ReadonlySet<number>, length: number): Uint32Array {
  const rows = new Uint32Array(length - drop.size);
  for (let row = 0, i = 0; row < length; row++) if (!drop.has(row)) rows[i++] = row;
  return rows;
}

/** Rows by their times, those of one time as they were. */
function inOrder(rows: Uint32Array, time: Float64Array): Uint32Array {
  for (let i = 1; i < rows.length; i++)
    if (time[rows[i]!]! < time[rows[i - 1]!]!) return rows.toSorted((a, b) => time[a]! - time[b]! || a - b);
  return rows;
}

function lastOfEach(rows: Uint32Array, time: Float64Array): Uint32Array {
  const out = new Uint32Array(rows.length);
  let length = 0;
  for (let i = 0; i < rows.length; i++)
    if (i + 1 === rows.length || time[rows[i + 1]!] !== time[rows[i]!]) out[length++] = rows[i]!;
  return out.subarray(0, length);
}

function mustDrop(issue: Issue, { dropOutliers = false }: RepairOptions): boolean {
  if (issue.kind === 'outlier') return dropOutliers && issue.what.endsWith('at once');
  return ['not-a-number', 'not-positive', 'negative', 'misaligned'].includes(issue.kind);
}

function widen(key: SeriesKey, set: ColumnSet): { readonly set: ColumnSet; readonly count: number } {
  if (key.type !== 'candles' && key.type !== 'mark') return { set, count: 0 };
  const { open, close } = set.columns;
  let { high, low } = set.columns;
  let count = 0;
  for (let i = 0; i < set.length; i++) {
    const [o, h, l, c] = [open![i]!, high![i]!, low![i]!, close![i]!];
    // False for NaN, too.
    if (!(o > 0 && h > 0 && l > 0 && c > 0)) continue;
    const [top, bottom] = [Math.max(o, h, l, c), Math.min(o, h, l, c)];
    if (top === h && bottom === l) continue;
    if (count === 0) [high, low] = [high!.slice(), low!.slice()];
    high![i] = top;
    low![i] = bottom;
    count++;
  }
  return { set: count === 0 ? set : { ...set, columns: { ...set.columns, high: high!, low: low! } }, count };
}
