import { mkdir } from 'node:fs/promises';
import type { BookTable, CandleTable, EventTable, TradeTable } from '../../domain/candles.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import type { CandleType, EventType, MarketData, SeriesKey, TimeRange } from '../../ports/market-data.ts';
import { readSpecs, specAt, writeSpecs } from '../specs/spec-store.ts';
import {
  bookColumns,
  bookOf,
  type ColumnSet,
  candleColumns,
  candlesOf,
  emptyColumns,
  eventColumns,
  eventsOf,
  tradeColumns,
  tradesOf,
} from '../store/column-set.ts';
import { hashColumns, hashParts } from '../store/content-hash.ts';
import { disk, type FileSystem } from '../store/file-system.ts';
import { missingSeries } from '../store/missing.ts';
import { Footers } from './footers.ts';
import { inventory } from './inventory.ts';
import type { WriteReport } from './merge.ts';
import { loadPartitions, openPartitions, partitionsOf } from './partitions.ts';
import { type WriteOptions, writeSeries } from './write-series.ts';

/** A Parquet catalogue on disk: market data that can also be written. Every write is idempotent and atomic per file. */
export interface Catalogue extends MarketData {
  writeCandles(
    exchange: string,
    pair: string,
    timeframe: string,
    table: CandleTable,
    options?: WriteOptions & { readonly type?: CandleType },
  ): Promise<WriteReport>;
  writeEvents(exchange: string, pair: string, type: EventType, table: EventTable): Promise<WriteReport>;
  /** The table stands for everything between its first and last time: times on its edges must be complete. */
  writeTrades(exchange: string, pair: string, table: TradeTable): Promise<WriteReport>;
  writeBook(exchange: string, pair: string, table: BookTable): Promise<WriteReport>;
  /** @returns how many specifications were new */
  writeSpecs(specs: readonly InstrumentSpec[]): Promise<number>;
  /** Rows of any series as named columns, unchecked against a table type: for validation, export and resampling. */
  columns(key: SeriesKey, range?: TimeRange): Promise<ColumnSet>;
  writeColumns(key: SeriesKey, set: ColumnSet, options?: WriteOptions): Promise<WriteReport>;
}

export interface CatalogueOptions {
  /** For writing; tests inject faults. */
  readonly fs?: FileSystem;
  /** False: never read or write raw copies under `.cache`. */
  readonly cache?: boolean;
  readonly dataKind?: 'real' | 'synthetic';
}

/** Opens (and creates where needed) the catalogue in a folder. Layout: `docs/reference/data.md`. */
export async function openCatalogue(root: string, options: CatalogueOptions = {}): Promise<Catalogue> {
  const { fs = disk, cache = true, dataKind = 'real' } = options;
  await mkdir(root, { recursive: true });

  const filesOf = async (key: SeriesKey) => {
    const partitions = partitionsOf(root, key);
    if (!partitions || partitions.length === 0) throw missingSeries(key, await inventory(root), root);
    return partitions;
  };
  const load = async (key: SeriesKey, range: TimeRange = {}): Promise<ColumnSet> =>
    loadPartitions(root, key, await filesOf(key), range, cache);
  const write = (key: SeriesKey, set: ColumnSet, writeOptions?: WriteOptions) =>
    writeSeries(fs, root, key, set, { cache, ...writeOptions });
  const events = (exchange: string, pair: string, type: SeriesKey['type']) => ({
    exchange,
    pair,
    type,
    timeframe: null,
  });

  return {
    root,
    dataKind,
    list: () => inventory(root),
    columns: load,
    candles: async (exchange, pair, timeframe, { type = 'candles', ...range } = {}) =>
      candlesOf(await load({ exchange, pair, type, timeframe }, range)),
    events: async (exchange, pair, type, range) => eventsOf(await load(events(exchange, pair, type), range)),
    trades: async (exchange, pair, range) => tradesOf(await load(events(exchange, pair, 'trades'), range)),
    book: async (exchange, pair, range) => bookOf(await load(events(exchange, pair, 'book'), range)),
    async latest(key) {
      const last = partitionsOf(root, key)?.at(-1);
      return (last && (await new Footers(root).of(last.path))?.last) ?? null;
    },
    async contentHash(key, range = {}) {
      const parts = await openPartitions(root, key, await filesOf(key), range, cache);
      return parts.length > 0 ? hashParts(parts) : hashColumns(emptyColumns(key.type));
    },
    specAt: async (exchange, pair, time) => specAt(await readSpecs(root, exchange), exchange, pair, time),
    writeColumns: write,
    writeCandles: (exchange, pair, timeframe, table, { type = 'candles', ...rest } = {}) =>
      write({ exchange, pair, type, timeframe }, candleColumns(table), rest),
    writeEvents: (exchange, pair, type, table) => write(events(exchange, pair, type), eventColumns(table)),
    writeTrades: (exchange, pair, table) => write(events(exchange, pair, 'trades'), tradeColumns(table)),
    writeBook: (exchange, pair, table) => write(events(exchange, pair, 'book'), bookColumns(table)),
    writeSpecs: (specs) => writeSpecs(fs, root, specs),
  };
}
