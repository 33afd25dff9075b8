import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lowerBound } from '../../domain/candles.ts';
import type { DataType, SeriesKey } from '../../ports/market-data.ts';
import { checkRows } from '../quality/check-rows.ts';
import { type ColumnSet, emptyColumns, sliceColumns } from '../store/column-set.ts';
import type { FileSystem } from '../store/file-system.ts';
import { withFolderLock } from '../store/folder-lock.ts';
import type { ParquetMeta } from '../store/parquet/format.ts';
import { type Part, partOf } from '../store/part.ts';
import { identify, writeCache } from '../store/raw-cache.ts';
import { replaceFile } from '../store/replace-file.ts';
import { checkExchangeName, partitionBounds, partitionOf, seriesFolder, timeUnitOf } from './layout.ts';
import { addReports, mergeRows, NOTHING_WRITTEN, type WriteReport } from './merge.ts';
import { CACHE_FROM_ROWS, cacheOf } from './partitions.ts';

export interface WriteOptions {
  /** Rows from this time on may still change (the forming candle); a later write replaces them. */
  readonly unfinishedFrom?: number;
  /** Replace stored rows even when they were finished. */
  readonly overwrite?: boolean;
  /** Also write the raw copy, so that the first load is as fast as the next. */
  readonly cache?: boolean;
}

/**
 * Merges rows into a series, partition by partition, each file replaced as a whole. Writing the same rows again changes nothing.
 * @throws TidegateError DATA_COLUMNS, DATA_ORDER, DATA_NAN, DATA_PRICE before anything is touched; DATA_CORRUPT, DATA_LOCKED
 */
export async function writeSeries(
  fs: FileSystem,
  root: string,
  key: SeriesKey,
  given: ColumnSet,
  options: WriteOptions = {},
): Promise<WriteReport> {
  checkExchangeName(key.exchange);
  const set = asStored(key.type, given);
  checkRows(key, set, `${key.exchange} ${key.pair} ${key.type} ${key.timeframe ?? ''}`.trim());
  const folder = join(root, seriesFolder(key));
  const time = set.columns.time!;
  let total = NOTHING_WRITTEN;
  for (let from = 0; from < set.length; ) {
    const name = partitionOf(key.type, time[from]!);
    const [, end] = partitionBounds(key.type, name)!;
    const to = lowerBound(time, end, from);
    const path = join(folder, `${name}.parquet`);
    const rows = sliceColumns(set, from, to);
    const report = await withFolderLock(fs, folder, () => writePartition(fs, root, path, key, rows, options));
    total = addReports(total, report);
    from = to;
  }
  return total;
}

/** The rows with times that their clock can tell: what is told apart now is told apart when it is read again. */
export function asStored(type: DataType, set: ColumnSet): ColumnSet {
  const { time } = set.columns;
  if (timeUnitOf(type) === 'ns' || !time?.some((t) => !Number.isInteger(t))) return set;
  return { ...set, columns: { ...set.columns, time: time.map(Math.floor) } };
}

async function writePartition(
  fs: FileSystem,
  root: string,
  path: string,
  key: SeriesKey,
  rows: ColumnSet,
  options: WriteOptions,
): Promise<WriteReport> {
  const { writeParquet } = await import('../store/parquet/write-parquet.ts');
  const { part: stored, meta } = await storedPart(path, key.type);
  try {
    const storedMark = Number(meta.unfinishedFrom ?? Number.POSITIVE_INFINITY);
    const given = options.unfinishedFrom ?? Number.POSITIVE_INFINITY;
    const mark = Math.min(given, stillUnfinished(stored, rows, storedMark));
    const merge = { unfinishedFrom: storedMark, overwrite: options.overwrite ?? false };
    const { set, report } = mergeRows(key.type, stored, rows, merge);
    const isMarked = mark <= set.columns.time![set.length - 1]!;
    const isSameMark = isMarked ? mark === storedMark : meta.unfinishedFrom === undefined;
    if (report.added + report.replaced + report.removed === 0 && isSameMark) return report;
    const about = {
      exchange: key.exchange,
      pair: key.pair,
      type: key.type,
      ...(key.timeframe !== null && { timeframe: key.timeframe }),
      ...(isMarked && { unfinishedFrom: String(mark) }),
    };
    await replaceFile(fs, path, (temporary) => writeParquet(temporary, set, timeUnitOf(key.type), about));
    await fs.remove(cacheOf(root, path));
    const identity = options.cache ? identify(path) : null;
    if (identity && set.length >= CACHE_FROM_ROWS) writeCache(cacheOf(root, path), identity, set);
    return report;
  } finally {
    stored.close();
  }
}

async function storedPart(path: string, type: DataType): Promise<{ readonly part: Part; readonly meta: ParquetMeta }> {
  if (!existsSync(path)) return { part: partOf(emptyColumns(type), {}), meta: {} };
  const { parquetPart, readParquet } = await import('../store/parquet.ts');
  const own = parquetPart(path);
  if (own) return { part: own, meta: own.meta };
  const { set, meta } = await readParquet(path);
  return { part: partOf(set, {}), meta };
}

/** The stored mark, unless the newer rows reach every row behind it. */
function stillUnfinished(stored: Part, newer: ColumnSet, mark: number): number {
  if (mark === Number.POSITIVE_INFINITY) return mark;
  const times = new Float64Array(stored.rows);
  stored.readInto('time', times);
  const reached = new Set(newer.columns.time!.subarray(lowerBound(newer.columns.time!, mark)));
  const open = times.subarray(lowerBound(times, mark));
  return open.find((time) => !reached.has(time)) ?? Number.POSITIVE_INFINITY;
}
