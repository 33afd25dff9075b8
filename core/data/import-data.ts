import { stat } from 'node:fs/promises';
import { TidegateError } from '../foundation/errors.ts';
import type { DataType, SeriesKey } from '../ports/market-data.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import type { WriteReport } from './catalogue/merge.ts';
import { type FileFormat, type NamedFile, parseFileName } from './importer/file-name.ts';
import { readDataFile } from './importer/read-file.ts';
import { checkRows } from './quality/check-rows.ts';
import { checkSpacing } from './quality/check-spacing.ts';
import { type RepairReport, repairRows } from './quality/repair.ts';
import { filesUnder } from './store/folder-entries.ts';
import { checkPair } from './synth/assets.ts';

export interface ImportOptions {
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
 * A file with faulty rows is refused whole, and nothing of it is stored.
 * @throws TidegateError DATA_FILE_MISSING, DATA_FILE_NAME, DATA_EMPTY, DATA_COLUMNS, DATA_CORRUPT, DATA_PAIR, DATA_SPACING, DATA_ORDER, DATA_NAN, DATA_PRICE
 */
export async function* importFiles(
  catalogue: Catalogue,
  paths: readonly string[],
  options: ImportOptions,
): AsyncGenerator<ImportedFile> {
  for (const path of paths) {
    for (const file of await filesOf(path, options)) {
      const key: SeriesKey = {
        exchange: options.exchange,
        pair: file.pair,
        type: file.type,
        timeframe: file.timeframe,
      };
      const read = await readDataFile(file);
      checkSpacing(key, read.columns.time!, file.path);
      const repaired = options.repair ? repairRows(key, read) : null;
      const set = repaired?.set ?? read;
      checkRows(key, set, file.path);
      const write = await catalogue.writeColumns(key, set, { overwrite: options.overwrite ?? false });
      yield { path: file.path, key, rows: set.length, write, repair: repaired?.report ?? null };
    }
  }
}

async function filesOf(path: string, options: ImportOptions): Promise<readonly NamedFile[]> {
  if (options.pair !== undefined) checkPair(options.pair);
  const found = await stat(path).catch(() => null);
  if (!found)
    throw new TidegateError('DATA_FILE_MISSING', 'there is no such file or folder', {
      where: path,
      remedy: 'Check the path.',
    });
  if (found.isDirectory()) return filesUnder(path, 3).flatMap((file) => parseFileName(file) ?? []);
  return [described(path, options)];
}

/** The options win over the file's name; the format is always by its ending. */
function described(path: string, { pair, type, timeframe }: ImportOptions): NamedFile {
  const named = parseFileName(path);
  const ending = /\.(csv|json|feather|parquet)(\.gz)?$/.exec(path);
  const kind = type ?? named?.type ?? 'candles';
  const needsTimeframe = kind === 'candles' || kind === 'mark';
  const frame = needsTimeframe ? (timeframe ?? named?.timeframe) : null;
  const symbol = pair ?? named?.pair;
  if (!ending || symbol === undefined || frame === undefined)
    throw new TidegateError('DATA_FILE_NAME', 'the name of this file does not say what it holds', {
      where: path,
      remedy:
        'Name it like BTC_USDT-5m.csv.gz or BTC_USDT_USDT-8h-mark.feather, or give --pair, --timeframe and --type.',
    });
  const format = ending[1] as FileFormat;
  return { path, format, isGzip: ending[2] !== undefined, pair: symbol, type: kind, timeframe: frame };
}
