import type { DataType } from '../../ports/market-data.ts';
import { type ColumnSet, concatColumns, rangeOf } from '../store/column-set.ts';
import { type Part, readPart } from '../store/part.ts';
import { mergeByTime } from './merge-by-time.ts';

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
 * Joins stored and newer rows of one partition. Beside the newer rows it holds the joined ones, once.
 * Types with one row per time (candles, mark, funding, open interest) merge row by row: a finished stored row wins. Types with many
 * rows per time (trades, book, liquidations) merge by span: the newer rows stand for everything from their first to their last time.
 */
export function mergeRows(
  type: DataType,
  stored: Part,
  newer: ColumnSet,
  options: MergeOptions,
): { readonly set: ColumnSet; readonly report: WriteReport } {
  if (stored.rows === 0) return { set: newer, report: { ...NOTHING_WRITTEN, added: newer.length } };
  if (newer.length === 0) return { set: readPart(stored), report: NOTHING_WRITTEN };
  return isUniqueByTime(type) ? mergeByTime(stored, newer, options) : mergeBySpan(readPart(stored), newer);
}

/** Whether a type has at most one row per time. */
export function isUniqueByTime(type: DataType): boolean {
  return type !== 'trades' && type !== 'book' && type !== 'liquidations';
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
