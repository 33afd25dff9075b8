import type { DataType } from '../../ports/market-data.ts';
import { type ColumnSet, concatColumns, pickRows, rangeOf } from '../store/column-set.ts';

/** What became of the rows handed to a write. */
export interface WriteReport {
  /** Rows at times that were not stored. */
  readonly added: number;
  /** Stored rows that were replaced: unfinished ones, or any with `overwrite`. */
  readonly replaced: number;
  /** Finished rows that differ from the stored ones; the stored ones stay. Delivered is final. */
  readonly ignored: number;
  /** Stored rows that went for fewer newer ones of the same span. */
  readonly removed: number;
}

export interface MergeOptions {
  /** Stored rows from this time on were not finished when written: newer ones replace them. */
  readonly unfinishedFrom: number;
  /** Newer rows replace stored ones whatever their state. */
  readonly overwrite: boolean;
}

export const NOTHING_WRITTEN: WriteReport = { added: 0, replaced: 0, ignored: 0, removed: 0 };

export function addReports(a: WriteReport, b: WriteReport): WriteReport {
  return {
    added: a.added + b.added,
    replaced: a.replaced + b.replaced,
    ignored: a.ignored + b.ignored,
    removed: a.removed + b.removed,
  };
}

/**
 * Joins stored and newer rows of one partition.
 * Types with one row per time (candles, mark, funding, open interest) merge row by row: a finished stored row wins. Types with many
 * rows per time (trades, book, liquidations) merge by span: the newer rows stand for everything from their first to their last time.
 */
export function mergeRows(
  type: DataType,
  stored: ColumnSet,
  newer: ColumnSet,
  options: MergeOptions,
): { readonly set: ColumnSet; readonly report: WriteReport } {
  if (stored.length === 0) return { set: newer, report: { ...NOTHING_WRITTEN, added: newer.length } };
  if (newer.length === 0) return { set: stored, report: NOTHING_WRITTEN };
  return isUniqueByTime(type) ? mergeByTime(stored, newer, options) : mergeBySpan(stored, newer);
}

/** Whether a type has at most one row per time. */
export function isUniqueByTime(type: DataType): boolean {
  return type !== 'trades' && type !== 'book' && type !== 'liquidations';
}

function mergeByTime(stored: ColumnSet, newer: ColumnSet, options: MergeOptions) {
  const both = concatColumns([stored, newer]);
  const time = both.columns.time!;
  const values = Object.entries(both.columns).flatMap(([name, column]) => (name === 'time' ? [] : [column]));
  const total = both.length;
  const rows = new Uint32Array(total);
  let length = 0;
  let [added, replaced, ignored] = [0, 0, 0];
  let i = 0;
  let j = stored.length;
  while (i < stored.length || j < total) {
    const a = i < stored.length ? time[i]! : Number.POSITIVE_INFINITY;
    const b = j < total ? time[j]! : Number.POSITIVE_INFINITY;
    if (a < b) rows[length++] = i++;
    else if (b < a) {
      rows[length++] = j++;
      added++;
    } else {
      const isSame = values.every((column) => Object.is(column[i]! + 0, column[j]! + 0));
      const takeNewer = !isSame && (options.overwrite || a >= options.unfinishedFrom);
      if (takeNewer) replaced++;
      else if (!isSame) ignored++;
      rows[length++] = takeNewer ? j : i;
      i++;
      j++;
    }
  }
  const changed = added > 0 || replaced > 0;
  return {
    set: changed ? pickRows(both, rows.subarray(0, length)) : stored,
    report: { added, replaced, ignored, removed: 0 },
  };
}

function mergeBySpan(stored: ColumnSet, newer: ColumnSet) {
  const from = newer.columns.time![0]!;
  const last = newer.columns.time![newer.length - 1]!;
  const before = rangeOf(stored, { to: from });
  const inside = rangeOf(stored, { from, to: justAfter(last) });
  const after = rangeOf(stored, { from: justAfter(last) });
  if (sameRows(inside, newer)) return { set: stored, report: NOTHING_WRITTEN };
  const replaced = Math.min(inside.length, newer.length);
  return {
    set: concatColumns([before, newer, after]),
    report: { added: newer.length - replaced, replaced, ignored: 0, removed: inside.length - replaced },
  };
}

/** The next time that the stored clock (nanoseconds; doubles of ms resolve 244) can tell from `time`. */
function justAfter(time: number): number {
  return time + 2 ** -11;
}

function sameRows(a: ColumnSet, b: ColumnSet): boolean {
  if (a.length !== b.length) return false;
  return Object.entries(a.columns).every(([name, column]) => {
    const other = b.columns[name];
    return other !== undefined && column.every((x, i) => Object.is(x + 0, other[i]! + 0));
  });
}
