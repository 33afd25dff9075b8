import { basename } from 'node:path';
import { columnName, headOf } from '../../book/import/csv.ts';
import { TidegateError } from '../../foundation/errors.ts';

/** A file that was read already. */
export interface TickFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a file says its instrument is called: in its rows, or by the name that Binance's archive gives it; null where it does not say. */
function symbolOf({ name, bytes }: TickFile): string | null {
  const file = basename(name);
  const ofArchive = /(?:^|[^A-Za-z0-9])([A-Z0-9]{5,})-(?:aggTrades|trades|bookTicker|bookDepth|metrics)-/.exec(
    file,
  )?.[1];
  if (/\.np[zy]$/.test(file)) return null;
  const [header = '', first = ''] = headOf(bytes, name).split('\n');
  if (header.startsWith('{')) return /"(?:instId|s)"\s*:\s*"([^"]+)"/.exec(header)?.[1] ?? null;
  const names = header.split(',').map(columnName);
  const at = names.findIndex((column) => column === 'symbol' || column === 'instrument_name');
  const value = at < 0 ? undefined : first.split(',')[at]?.trim();
  return value || (ofArchive ?? null);
}

/** Letters and digits alone, with the usual name of bitcoin. */
function plain(symbol: string): string {
  return symbol
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replace('XBT', 'BTC');
}

/**
 * Holds what files say of their instrument against the pair that they are imported as. With `symbol` the caller has said which rows are meant, and nothing
 * is checked.
 * @throws TidegateError TICKS_SYMBOL
 */
export function checkSymbols(files: readonly TickFile[], pair: string, symbol: string | undefined): void {
  if (symbol !== undefined) return;
  const [base = '', quote = ''] = pair.split(/[/:]/);
  for (const file of files) {
    const own = symbolOf(file);
    if (own === null || plain(own).includes(plain(base + quote))) continue;
    throw new TidegateError('TICKS_SYMBOL', `${basename(file.name)} is about ${own}, not about ${pair}`, {
      where: file.name,
      remedy: `Leave it out. If ${own} is what that market calls the pair, say so: --symbol ${own}.`,
    });
  }
}
