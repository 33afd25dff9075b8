import { basename } from 'node:path';
import { TidegateError } from '../../foundation/errors.ts';
import type { DataType } from '../../ports/market-data.ts';
import type { NamedFile } from './file-name.ts';

/** Endings of files of data.binance.vision after the symbol. Trades and books of the archive are `ticks import`'s. */
const KINDS: readonly (readonly [RegExp, DataType])[] = [
  [/-(\d+[smhdw]|1mo)-\d{4}-\d\d(?:-\d\d)?$/, 'candles'],
  [/-fundingRate-\d{4}-\d\d(?:-\d\d)?$/, 'funding'],
  [/-metrics-\d{4}-\d\d(?:-\d\d)?$/, 'oi'],
];

/** A file as data.binance.vision names it: by a symbol, which does not say whether it is spot or a perpetual. */
interface ArchiveFile extends Omit<NamedFile, 'pair'> {
  readonly symbol: string;
}

/** Reads `BTCUSDT-1m-2024-01.zip`, `BTCUSDT-fundingRate-2024-01.csv` and their like. @returns null for other names, and for candles of an index or a premium */
function parseArchiveName(path: string): ArchiveFile | null {
  const ending = /\.(?:csv|zip)$/.exec(path);
  if (!ending || /[/\\](?:indexPrice|premiumIndex)Klines[/\\]/.test(path)) return null;
  const stem = basename(path).slice(0, -4);
  for (const [pattern, kind] of KINDS) {
    const match = pattern.exec(stem);
    const symbol = match && stem.slice(0, match.index);
    if (!symbol || !/^[A-Z0-9_]{5,}$/.test(symbol)) continue;
    const type = kind === 'candles' && /[/\\]markPriceKlines[/\\]/.test(path) ? 'mark' : kind;
    const isZip = ending[0] === '.zip';
    const timeframe = kind !== 'candles' ? null : match[1] === '1mo' ? '1M' : match[1]!;
    return { path, format: 'csv', isGzip: false, isZip, symbol, type, timeframe };
  }
  return null;
}

/**
 * A file of data.binance.vision as one of `pair`.
 * @returns null for files that are named otherwise; `other` for those of another symbol or market (by the archive's folders spot and futures)
 * @throws TidegateError DATA_FILE_NAME where no pair is given
 */
export function archiveFile(path: string, pair: string | undefined): NamedFile | 'other' | null {
  const file = parseArchiveName(path);
  if (!file) return null;
  const { symbol, ...rest } = file;
  if (pair === undefined)
    throw new TidegateError('DATA_FILE_NAME', `${symbol} may be spot or a perpetual`, {
      where: path,
      remedy:
        'Say which with --pair, such as BTC/USDT or BTC/USDT:USDT: of a folder, files of other symbols are left out.',
    });
  const [base = '', quote = ''] = pair.split(/[/:]/);
  const isOther = symbol.replace(/_PERP$/, '') !== base + quote;
  const isElsewhere = (pair.includes(':') ? /[/\\]spot[/\\]/ : /[/\\]futures[/\\]/).test(path);
  return isOther || isElsewhere ? 'other' : { ...rest, pair };
}
