import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TidegateError } from '../foundation/errors.ts';
import type { MarketData } from '../ports/market-data.ts';
import { openCatalogue } from './catalogue/catalogue.ts';
import { DATA_TYPES } from './catalogue/layout.ts';
import { withDerivedTimeframes } from './derived-timeframes.ts';
import { parseFileName } from './importer/file-name.ts';
import { entriesOf, filesUnder } from './store/folder-entries.ts';

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
  const exchanges = exchangesOf(folder);
  if (exchanges.length > 0) {
    const dataKind = exchanges.every((name) => name === 'synthetic') ? 'synthetic' : 'real';
    return withDerivedTimeframes(await openCatalogue(folder, { dataKind }));
  }
  if (filesUnder(folder, 3).some((path) => parseFileName(path))) {
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
function exchangesOf(folder: string): string[] {
  const isPair = (path: string) =>
    entriesOf(path).folders.some((type) => (DATA_TYPES as readonly string[]).includes(type));
  const foldersIn = (path: string) => entriesOf(path).folders.map((name) => join(path, name));
  return entriesOf(folder).folders.filter((exchange) => foldersIn(join(folder, exchange)).some(isPair));
}
