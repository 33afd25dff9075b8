import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lowerBound } from '../../domain/candles.ts';
import type { DataType, SeriesKey } from '../../ports/market-data.ts';
import { checkRows } from '../quality/check-rows.ts';
import { type ColumnSet, emptyColumns, sliceColumns } from '../store/column-set.ts';
import type { FileSystem } from '../store/file-system.ts';
import { withFolderLock } from '../store/folder-lock.ts';
import type { ParquetMeta } from '../store/parquet/format.ts';
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
  const { readParquet } = await import('../store/parquet.ts');
  const { writeParquet } = await import('../store/parquet/write-parquet.ts');
  const stored = existsSync(path) ? await readParquet(path) : { set: emptyColumns(key.type), meta: {} as ParquetMeta };
  const storedMark = Number(stored.meta.unfinishedFrom ?? Number.POSITIVE_INFINITY);
  const merge = { unfinishedFrom: storedMark, overwrite: options.overwrite ?? false };
  const { set, report } = mergeRows(key.type, stored.set, rows, merge);
  const mark = Math.min(
    options.unfinishedFrom ?? Number.POSITIVE_INFINITY,
    stillUnfinished(stored.set, rows, storedMark),
  );
  const isMarked = mark <= set.columns.time![set.length - 1]!;
  const isSameMark = isMarked ? mark === storedMark : stored.meta.unfinishedFrom === undefined;
  if (report.added + report.replaced + report.removed === 0 && isSameMark) return report;
  const meta = {
    exchange: key.exchange,
    pair: key.pair,
    type: key.type,
    ...(key.timeframe !== null && { timeframe: key.timeframe }),
    ...(isMarked && { unfinishedFrom: String(mark) }),
  };
  await replaceFile(fs, path, (temporary) => writeParquet(temporary, set, timeUnitOf(key.type), meta));
  await fs.remove(cacheOf(root, path));
  const identity = options.cache ? identify(path) : null;
  if (identity && set.length >= CACHE_FROM_ROWS) writeCache(cacheOf(root, path), identity, set);
  return report;
}

/** The stored mark, unless the newer rows reach every row behind it. */
function stillUnfinished(stored: ColumnSet, newer: ColumnSet, mark: number): number {
  if (mark === Number.POSITIVE_INFINITY) return mark;
  const times = new Set(newer.columns.time!.subarray(lowerBound(newer.columns.time!, mark)));
  const open = stored.columns.time!.subarray(lowerBound(stored.columns.time!, mark));
  return open.find((time) => !times.has(time)) ?? Number.POSITIVE_INFINITY;
}
