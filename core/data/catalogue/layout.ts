import { join } from 'node:path';
import { pairToFileName } from '../../domain/instrument.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { DataType, SeriesKey } from '../../ports/market-data.ts';
import type { TimeUnit } from '../store/parquet/format.ts';

export const DATA_TYPES: readonly DataType[] = [
  'candles',
  'mark',
  'funding',
  'oi',
  'liquidations',
  'depth',
  'trades',
  'book',
];

/** Candles and mark have a timeframe (and a folder for it); events have neither. */
export function hasTimeframe(type: DataType): boolean {
  return type === 'candles' || type === 'mark';
}

/** Trades and books are partitioned by UTC day, all others by UTC year. */
function isDaily(type: DataType): boolean {
  return type === 'trades' || type === 'book';
}

export function timeUnitOf(type: DataType): TimeUnit {
  return isDaily(type) ? 'ns' : 'ms';
}

/**
 * Folder of a series, relative to the root: `<exchange>/<pair>/<type>[/<timeframe>]`.
 * Months are written `1mo`: on file systems that ignore case `1M` and `1m` would be one folder.
 */
export function seriesFolder(key: SeriesKey): string {
  const base = join(key.exchange, pairToFileName(key.pair), key.type);
  return key.timeframe === null ? base : join(base, timeframeFileName(key.timeframe));
}

/** Partition names (`2024` or `2024-08-08`) sort as their times do. */
export function partitionOf(type: DataType, time: number): string {
  const date = new Date(time).toISOString();
  return isDaily(type) ? date.slice(0, 10) : date.slice(0, 4);
}

/** First instant of a partition and the first after it, ms UTC. Null for a foreign file name. */
export function partitionBounds(type: DataType, name: string): readonly [number, number] | null {
  if (isDaily(type)) {
    const from = /^\d{4}-\d{2}-\d{2}$/.test(name) ? Date.parse(`${name}T00:00:00Z`) : Number.NaN;
    return Number.isNaN(from) ? null : [from, from + 86_400_000];
  }
  if (!/^\d{4}$/.test(name)) return null;
  return [Date.UTC(Number(name), 0, 1), Date.UTC(Number(name) + 1, 0, 1)];
}

/** A pair from its file name: `BTC_USDT` -> `BTC/USDT`, `BTC_USDT_USDT` -> `BTC/USDT:USDT`; %XX is undone. */
export function pairFromFileName(name: string): string {
  const [base, quote, ...settle] = name.split('_').map(unescaped);
  if (quote === undefined) return base!;
  return settle.length > 0 ? `${base}/${quote}:${settle.join('_')}` : `${base}/${quote}`;
}

/** Text whose %XX are no escapes of ours stays as it is. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A timeframe from the name of its folder or file: `1mo` is ours, `1Mo` Freqtrade's. */
export function timeframeFromFolder(name: string): string {
  return name.replace(/mo$/i, 'M');
}

/** A timeframe as a folder or file is named: `1M` and `1m` would be one where names ignore case. */
export function timeframeFileName(timeframe: string): string {
  return timeframe.replace('M', 'mo');
}

/** Refuses exchange names that would leave the catalogue's folder. @throws TidegateError DATA_EXCHANGE_NAME */
export function checkExchangeName(exchange: string): void {
  if (!/^[a-z0-9][a-z0-9-]*$/i.test(exchange) || exchange === 'specs')
    throw new TidegateError('DATA_EXCHANGE_NAME', `"${exchange}" cannot be the name of an exchange in a catalogue`, {
      remedy: 'Use letters, digits and dashes, such as "binance".',
    });
}
