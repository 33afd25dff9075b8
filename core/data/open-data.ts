import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TidegateError } from '../foundation/errors.ts';
import type { MarketData } from '../ports/market-data.ts';
import { openCatalogue } from './catalogue/catalogue.ts';
import { DATA_TYPES } from './catalogue/layout.ts';
import { withDerivedTimeframes } from './derived-timeframes.ts';
import { parseFileName } from './importer/file-name.ts';

export interface OpenDataOptions {
  /** Name given to the series of a raw folder, whose files do not say their exchange. */
  readonly exchange?: string;
}

/**
 * Opens a folder of market data, whichever kind it is: a catalogue (`<exchange>/<pair>/<type>/…`) or a folder of CSV, JSON, Feather or
 * Parquet files such as Freqtrade's `user_data/data/binance`.
 * @throws TidegateError DATA_FOLDER_MISSING, DATA_FOLDER_EMPTY
 */
export async function openData(folder: string, options: OpenDataOptions = {}): Promise<MarketData> {
  const isFolder = await stat(folder).then(
    (s) => s.isDirectory(),
    () => false,
  );
  if (!isFolder)
    throw new TidegateError('DATA_FOLDER_MISSING', 'there is no such data folder', {
      where: folder,
      remedy: 'Check --data or TIDEGATE_DATA, or fill one with `tidegate download` or `tidegate data synth`.',
    });
  const exchanges = await exchangesOf(folder);
  if (exchanges.length > 0) {
    const dataKind = exchanges.every((name) => name === 'synthetic') ? 'synthetic' : 'real';
    return withDerivedTimeframes(await openCatalogue(folder, { dataKind }));
  }
  if (await hasDataFiles(folder, 3)) {
    const { openRawFolder } = await import('./raw/raw-folder.ts');
    return withDerivedTimeframes(await openRawFolder(folder, options.exchange));
  }
  throw new TidegateError('DATA_FOLDER_EMPTY', 'this folder holds neither a catalogue nor data files', {
    where: folder,
    remedy:
      'Fill it with `tidegate download`, `tidegate data import` or `tidegate data synth`; files are named like BTC_USDT-1h.csv.gz.',
  });
}

/** Folders that look like `<exchange>/<pair>/<type>`. */
async function exchangesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const exchange of await foldersIn(folder)) {
    for (const pair of await foldersIn(join(folder, exchange))) {
      const types = await foldersIn(join(folder, exchange, pair));
      if (!types.some((type) => (DATA_TYPES as readonly string[]).includes(type))) continue;
      found.push(exchange);
      break;
    }
  }
  return found;
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((e) => e.isDirectory() && !e.name.startsWith('.')).map((e) => e.name);
}

async function hasDataFiles(folder: string, depth: number): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some((e) => e.isFile() && parseFileName(e.name))) return true;
  if (depth === 0) return false;
  for (const e of entries) if (e.isDirectory() && (await hasDataFiles(join(folder, e.name), depth - 1))) return true;
  return false;
}
