import { stat } from 'node:fs/promises';
import { lowerBound } from '../domain/candles.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { DataType, SeriesKey } from '../ports/market-data.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { checkExchangeName, partitionBounds, partitionOf } from './catalogue/layout.ts';
import { addReports, NOTHING_WRITTEN, type WriteReport } from './catalogue/merge.ts';
import { asStored } from './catalogue/write-series.ts';
import { archiveFile } from './importer/archive-name.ts';
import { type FileFormat, type NamedFile, parseFileName } from './importer/file-name.ts';
import { isNewestFirst } from './importer/newest-first.ts';
import { readPieces } from './importer/read-file.ts';
import { clockOfRules, type TextRules } from './importer/written-time.ts';
import { checkRows, rowChecker } from './quality/check-rows.ts';
import { checkSpacing } from './quality/check-spacing.ts';
import { type RepairReport, repairRows } from './quality/repair.ts';
import type { ColumnSet } from './store/column-set.ts';
import { filesUnder } from './store/folder-entries.ts';
import { RowSpool } from './store/row-spool.ts';
import { checkPair } from './synth/assets.ts';

export interface ImportOptions extends TextRules {
  /** Name of the exchange that the rows are stored under. */
  readonly exchange: string;
  /** What a file is when its name does not say. */
  readonly pair?: string;
  readonly type?: DataType;
  readonly timeframe?: string;
  /** Correct faulty rows on the way (see `repairRows`) instead of refusing the file. */
  readonly repair?: boolean;
  /** Replace stored rows that differ. */
  readonly overwrite?: boolean;
  /** Hears which share of the files has been read and stored, 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

/** What became of one file. */
export interface ImportedFile {
  readonly path: string;
  readonly key: SeriesKey;
  readonly rows: number;
  readonly write: WriteReport;
  readonly repair: RepairReport | null;
}

/**
 * Brings files (CSV, CSV.gz, JSON, Feather, Parquet; folders are searched three levels deep) into a catalogue, one after the other.
 * A file with faulty rows is refused whole, and nothing of it is stored: its rows wait on the disk until all have been looked at, so that memory
 * holds no more than a year of candles or a day of trades (with `repair` all of the file).
 * Rows that stand newest first are turned.
 * @throws TidegateError DATA_FILE_MISSING, DATA_FILE_NAME, DATA_EMPTY, DATA_COLUMNS, DATA_CORRUPT, DATA_PAIR, DATA_SPACING, DATA_ORDER, DATA_NAN, DATA_PRICE, USAGE_TIMEZONE
 */
export async function* importFiles(
  catalogue: Catalogue,
  paths: readonly string[],
  options: ImportOptions,
): AsyncGenerator<ImportedFile> {
  checkExchangeName(options.exchange);
  clockOfRules(options);
  const files: NamedFile[] = [];
  for (const path of paths) files.push(...(await filesOf(path, options)));
  for (const [i, file] of files.entries())
    yield await importFile(catalogue, file, options, (done) => options.onProgress?.((i + done) / files.length));
}

async function importFile(
  catalogue: Catalogue,
  file: NamedFile,
  options: ImportOptions,
  progress: (done: number) => void,
): Promise<ImportedFile> {
  const { path, pair, type, timeframe } = file;
  const key: SeriesKey = { exchange: options.exchange, pair, type, timeframe };
  const spool = new RowSpool(catalogue.root);
  try {
    for await (const { set, done } of readPieces(file, options)) {
      spool.append(set);
      progress(done / 2);
    }
    if (isNewestFirst(type, spool.column('time'))) spool.reverse();
    // What has no timeframe has no spacing, and may have very many rows.
    if (timeframe !== null) checkSpacing(key, spool.column('time'), path);
    const repaired = options.repair ? repairRows(key, spool.rows(0, spool.length)) : null;
    const parts = repaired ? [repaired.set] : partitionsIn(key, spool, path);
    if (repaired) checkRows(key, repaired.set, path);
    let rows = 0;
    let write: WriteReport = NOTHING_WRITTEN;
    for (const set of parts) {
      const { overwrite = false } = options;
      write = addReports(write, await catalogue.writeColumns(key, set, { overwrite }));
      rows += set.length;
      progress(0.5 + rows / spool.length / 2);
    }
    return { path, key, rows, write, repair: repaired?.report ?? null };
  } finally {
    spool.close();
  }
}

/** The rows by partition, once all of them have been looked at. */
function* partitionsIn(key: SeriesKey, spool: RowSpool, where: string): Generator<ColumnSet> {
  const check = rowChecker(key, where);
  const starts: number[] = [];
  let [before, end] = [0, Number.NEGATIVE_INFINITY];
  for (const piece of spool.pieces()) {
    const set = asStored(key.type, piece);
    check(set);
    const { time } = set.columns;
    for (let row = 0; row < set.length; row = lowerBound(time!, end, row)) {
      if (time![row]! < end) continue;
      starts.push(before + row);
      end = partitionBounds(key.type, partitionOf(key.type, time![row]!))![1];
    }
    before += set.length;
  }
  for (const [i, from] of starts.entries()) yield spool.rows(from, starts[i + 1] ?? spool.length);
}

async function filesOf(path: string, options: ImportOptions): Promise<readonly NamedFile[]> {
  if (options.pair !== undefined) checkPair(options.pair);
  const found = await stat(path).catch(() => null);
  if (!found)
    throw new TidegateError('DATA_FILE_MISSING', 'there is no such file or folder', {
      where: path,
      remedy: 'Check the path.',
    });
  if (found.isDirectory())
    return filesUnder(path, 3).flatMap((file) => {
      const named = parseFileName(file) ?? archiveFile(file, options.pair);
      return named === 'other' || named === null ? [] : named;
    });
  return [described(path, options)];
}

/** The options win over the file's name; the format is always by its ending. */
function described(path: string, { pair, type, timeframe }: ImportOptions): NamedFile {
  const named = parseFileName(path) ?? archiveFile(path, pair);
  if (named === 'other')
    throw new TidegateError('DATA_FILE_NAME', `by its name this file is not about ${pair}`, {
      where: path,
      remedy: 'Name its own pair with --pair.',
    });
  const ending = /\.(csv|txt|json|feather|parquet)(\.gz)?$/i.exec(path);
  if (!ending && !named)
    throw new TidegateError('DATA_FORMAT', 'this is no CSV, JSON, Feather or Parquet file by its name', {
      where: path,
      remedy:
        'Name it by what it is, or write it again as one of these (Freqtrade: `convert-data --format-to feather`).',
    });
  const kind = type ?? named?.type ?? 'candles';
  const needsTimeframe = kind === 'candles' || kind === 'mark';
  const frame = needsTimeframe ? (timeframe ?? named?.timeframe) : null;
  const symbol = pair ?? named?.pair;
  if (symbol === undefined || frame === undefined)
    throw new TidegateError('DATA_FILE_NAME', 'the name of this file does not say what it holds', {
      where: path,
      remedy:
        'Name it like BTC_USDT-5m.csv.gz or BTC_USDT_USDT-8h-mark.feather, or give --pair, --timeframe and --type. Trades and books of data.binance.vision: `tidegate ticks import`.',
    });
  const read = named ?? { path, format: formatOf(ending![1]!), isGzip: ending![2] !== undefined };
  return { ...read, pair: symbol, type: kind, timeframe: frame };
}

function formatOf(ending: string): FileFormat {
  const name = ending.toLowerCase();
  return name === 'txt' ? 'csv' : (name as FileFormat);
}
