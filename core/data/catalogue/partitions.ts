import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { SeriesKey, TimeRange } from '../../ports/market-data.ts';
import { checkRows } from '../quality/check-rows.ts';
import { type ColumnSet, emptyColumns } from '../store/column-set.ts';
import { joinParts, type Part, partOf } from '../store/part.ts';
import { identify, openCache, writeCache } from '../store/raw-cache.ts';
import { partitionBounds, seriesFolder } from './layout.ts';

/** One Parquet file of a series. */
export interface Partition {
  readonly name: string;
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** Folder of disposable copies in a catalogue. */
export const CACHE_FOLDER = '.cache';

/** Partitions of a series in time order, or null when the series has no folder. Other files there are left alone. */
export function partitionsOf(root: string, key: SeriesKey): readonly Partition[] | null {
  const folder = join(root, seriesFolder(key));
  let files: string[];
  try {
    files = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return files
    .filter((file) => file.endsWith('.parquet'))
    .sort()
    .flatMap((file) => {
      const name = file.slice(0, -'.parquet'.length);
      const bounds = partitionBounds(key.type, name);
      return bounds ? [{ name, path: join(folder, file), from: bounds[0], to: bounds[1] }] : [];
    });
}

/** Rows below this are read from Parquet as fast as from the cache. */
export const CACHE_FROM_ROWS = 5_000;

/** Loads the rows of `range` from partitions, as `openPartitions` finds them. */
export async function loadPartitions(
  root: string,
  key: SeriesKey,
  partitions: readonly Partition[],
  range: TimeRange,
  useCache: boolean,
): Promise<ColumnSet> {
  const parts = await openPartitions(root, key, partitions, range, useCache, true);
  return parts.length === 0 ? emptyColumns(key.type) : joinParts(parts);
}

/**
 * The rows of `range` in partitions, not loaded yet: raw cache where it is good, else Parquet (and the cache is written). To be closed.
 * @param areJoined whether all rows will be: then Parquet is read straight into its place, and looked at there
 */
export async function openPartitions(
  root: string,
  key: SeriesKey,
  partitions: readonly Partition[],
  range: TimeRange,
  useCache: boolean,
  areJoined = false,
): Promise<Part[]> {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = range;
  const parts: Part[] = [];
  try {
    for (const partition of partitions) {
      if (partition.to <= from || partition.from >= to) continue;
      // Partitions wholly inside need no search for their bounds.
      const isInside = from <= partition.from && to >= partition.to;
      parts.push(await openPart(root, key, partition, isInside ? {} : range, useCache, areJoined && isInside));
    }
  } catch (error) {
    for (const part of parts) part.close();
    throw error;
  }
  return parts;
}

async function openPart(
  root: string,
  key: SeriesKey,
  { path }: Partition,
  range: TimeRange,
  useCache: boolean,
  isJoined: boolean,
): Promise<Part> {
  const identity = identify(path);
  const cachePath = cacheOf(root, path);
  const cached = useCache && identity ? openCache(cachePath, identity, range) : null;
  if (cached) return cached;
  // Where all is cached no reader of Parquet is loaded.
  const { parquetPart, readParquet } = await import('../store/parquet.ts');
  const loaded = (set: ColumnSet) => {
    checkRows(key, set, path);
    if (useCache && identity && set.length >= CACHE_FROM_ROWS) writeCache(cachePath, identity, set);
  };
  const part = isJoined ? parquetPart(path) : null;
  if (part) return { ...part, loaded };
  const { set } = await readParquet(path);
  loaded(set);
  return partOf(set, range);
}

/** Where the raw copy of a partition is kept. */
export function cacheOf(root: string, path: string): string {
  return join(root, CACHE_FOLDER, `${relative(root, path)}.f64`);
}
