import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { TidegateError } from '../../foundation/errors.ts';
import type { MarketData, SeriesInfo, SeriesKey, TimeRange } from '../../ports/market-data.ts';
import { bySeries } from '../catalogue/inventory.ts';
import { type NamedFile, parseFileName } from '../importer/file-name.ts';
import { readDataFile } from '../importer/read-file.ts';
import { checkRows } from '../quality/check-rows.ts';
import { defaultSpec, inferTick } from '../specs/default-spec.ts';
import { readSpecs, specAt } from '../specs/spec-store.ts';
import { bookOf, type ColumnSet, candlesOf, eventsOf, rangeOf, tradesOf } from '../store/column-set.ts';
import { hashColumns } from '../store/content-hash.ts';
import { filesUnder } from '../store/folder-entries.ts';
import { missingSeries } from '../store/missing.ts';

interface RawSeries {
  readonly file: NamedFile;
  readonly info: SeriesInfo;
}

/**
 * A folder of CSV, JSON, Feather or Parquet files (names as in `parseFileName`, up to three levels deep) as read-only market data.
 * Files do not say their exchange: the folder answers for any. Where several hold the same series, the one with most rows is used;
 * name a subfolder to choose. An `index.json` beside the files (file, rows, first, last) spares reading them for `list`.
 */
export async function openRawFolder(root: string, exchange = 'binance'): Promise<MarketData> {
  const files = filesUnder(root, 3).flatMap((path) => parseFileName(path) ?? []);
  const loaded = new Map<string, Promise<ColumnSet>>();
  const load = (file: NamedFile): Promise<ColumnSet> => {
    const set = loaded.get(file.path) ?? readChecked(file, exchange);
    loaded.set(file.path, set);
    return set;
  };
  let series: Promise<readonly RawSeries[]> | undefined;
  const all = () => {
    series ??= describeAll(root, files, exchange, load);
    return series;
  };
  const list = async () => (await all()).map(({ info }) => info);
  const find = async (key: SeriesKey): Promise<ColumnSet> => {
    const same = (await all()).find(({ info }) => isSame(info, key));
    if (!same) throw missingSeries(key, await list(), root);
    return load(same.file);
  };
  const read = async (key: SeriesKey, range: TimeRange = {}) => rangeOf(await find(key), range);
  const event = (pair: string, type: SeriesKey['type']): SeriesKey => ({ exchange, pair, type, timeframe: null });

  return {
    root,
    dataKind: 'real',
    list,
    candles: async (_, pair, timeframe, { type = 'candles', ...range } = {}) =>
      candlesOf(await read({ exchange, pair, type, timeframe }, range)),
    events: async (_, pair, type, range) => eventsOf(await read(event(pair, type), range)),
    trades: async (_, pair, range) => tradesOf(await read(event(pair, 'trades'), range)),
    book: async (_, pair, range) => bookOf(await read(event(pair, 'book'), range)),
    latest: async (key) =>
      (await list()).some((info) => isSame(info, key)) ? ((await find(key)).columns.time!.at(-1) ?? null) : null,
    contentHash: async (key, range) => hashColumns(await read(key, range)),
    async specAt(named, pair, time) {
      const found = specAt(await readSpecs(root, named), named, pair, time);
      if (!found.assumed) return found;
      const candles = (await all()).find(({ info }) => info.pair === pair && info.type === 'candles');
      if (!candles) return found;
      const { close, bidClose = close } = (await load(candles.file)).columns;
      const priceTick = inferTick(bidClose!);
      return { spec: { ...defaultSpec(named, pair), priceTick }, assumed: true };
    },
  };
}

function isSame(info: SeriesInfo, key: SeriesKey): boolean {
  return info.pair === key.pair && info.type === key.type && info.timeframe === key.timeframe;
}

async function readChecked(file: NamedFile, exchange: string): Promise<ColumnSet> {
  const set = await readDataFile(file);
  checkRows({ exchange, pair: file.pair, type: file.type, timeframe: file.timeframe }, set, file.path);
  return set;
}

async function describeAll(
  root: string,
  files: readonly NamedFile[],
  exchange: string,
  load: (file: NamedFile) => Promise<ColumnSet>,
): Promise<readonly RawSeries[]> {
  const described: RawSeries[] = [];
  const indexes = new Map<string, readonly IndexEntry[]>();
  for (const file of files) {
    const { pair, type, timeframe, path } = file;
    const span = (await spanFromIndex(path, indexes)) ?? (await spanFromRows(load(file), relative(root, path)));
    const { size: bytes } = await stat(path);
    described.push({ file, info: { exchange, pair, type, timeframe, ...span, bytes, source: relative(root, path) } });
  }
  return described.sort((a, b) => bySeries(a.info, b.info) || b.info.rows - a.info.rows);
}

interface Span {
  readonly rows: number;
  readonly first: number;
  readonly last: number;
}

/** A file that cannot be read is listed as damaged, so that the others stay usable. */
async function spanFromRows(set: Promise<ColumnSet>, source: string): Promise<Span & Pick<SeriesInfo, 'damaged'>> {
  try {
    const { length, columns } = await set;
    return { rows: length, first: columns.time![0]!, last: columns.time![length - 1]! };
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    return { rows: 0, first: Number.NaN, last: Number.NaN, damaged: [source] };
  }
}

/** Rows and times from an `index.json` in the file's folder or the one above; times there are `YYYY-MM-DD hh:mm` UTC. */
async function spanFromIndex(path: string, indexes: Map<string, readonly IndexEntry[]>): Promise<Span | null> {
  for (const folder of [dirname(path), dirname(dirname(path))]) {
    const entries = indexes.get(folder) ?? (await readIndex(folder));
    indexes.set(folder, entries);
    const entry = entries.find(({ file }) => path.replaceAll('\\', '/').endsWith(file));
    if (entry)
      return {
        rows: entry.rows,
        first: Date.parse(`${entry.first.replace(' ', 'T')}Z`),
        last: Date.parse(`${entry.last.replace(' ', 'T')}Z`),
      };
  }
  return null;
}

const indexSchema = z.array(z.object({ file: z.string(), rows: z.number(), first: z.string(), last: z.string() }));
type IndexEntry = z.infer<typeof indexSchema>[number];

/** Entries of an `index.json`; of another program's file of that name none. */
async function readIndex(folder: string): Promise<readonly IndexEntry[]> {
  try {
    return indexSchema.safeParse(JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'))).data ?? [];
  } catch {
    return [];
  }
}
