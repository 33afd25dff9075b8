import type { DataType } from '../../ports/market-data.ts';
import { isClock } from './written-time.ts';

/** What a file's names, and its first row where names do not say it, tell of its columns. */
export interface ColumnNames {
  readonly names: readonly string[];
  /** Dates stand in the column `date`, their clocks in another, `clock`. */
  readonly isApart: boolean;
  /** Its times are by a clock of its own. */
  readonly needsClock: boolean;
}

/** Candle columns of a file without header: the order that Freqtrade, Binance's dumps, Kraken, HistData and MetaTrader share. */
const BARE = ['time', 'open', 'high', 'low', 'close', 'volume'];

/**
 * Names of columns as ours are looked up: without MetaTrader's brackets (`<OPEN>`), a volume in the pair's base (`Volume BTC`) as `volume`,
 * a time with its zone (`Gmt time`, `Time (EET)`) as `time`.
 * @param header in lower case; null where the file has none
 * @param first cells of the first row; none where columns have types
 */
export function columnNames(
  header: readonly string[] | null,
  first: readonly string[],
  width: number,
  { type, pair }: { readonly type: DataType; readonly pair: string },
): ColumnNames {
  if (!header) return bareNames(type, first, width);
  const base = pair.split('/')[0]!.toLowerCase();
  const isVolumeOfBase = (name: string) =>
    name.startsWith('volume') && name.replace(/[\s()_]/g, '') === `volume${base}`;
  let needsClock = false;
  const names = header.map((written) => {
    const name = written.replace(/^<(.*)>$/, '$1');
    if (isVolumeOfBase(name) && base !== '' && !header.includes('volume')) return 'volume';
    const zone = /^(?:(gmt|utc|local) time|(?:time|date|datetime|timestamp) ?\((.+)\))$/.exec(name);
    if (!zone) return name;
    needsClock ||= !/^(gmt|utc|etc\/utc|ms|s|unix)$/.test(zone[1] ?? zone[2]!);
    return 'time';
  });
  const clock = names.indexOf('time');
  const isApart = names.includes('date') && clock >= 0 && isClock(first[clock] ?? '');
  return { names: isApart ? names.with(clock, 'clock') : names, isApart, needsClock: needsClock || isApart };
}

function bareNames(type: DataType, first: readonly string[], width: number): ColumnNames {
  const isCandles = type === 'candles' || type === 'mark';
  const isApart = isCandles && isClock(first[1] ?? '') && (first[1] ?? '').includes(':');
  const bare = isApart
    ? ['date', 'clock', ...BARE.slice(1)]
    : type === 'funding' && width === 2
      ? ['time', 'rate']
      : isCandles || type === 'funding'
        ? BARE
        : [];
  const names = Array.from({ length: width }, (_, i) => bare[i] ?? `column ${i + 1}`);
  return { names, isApart, needsClock: isApart };
}
