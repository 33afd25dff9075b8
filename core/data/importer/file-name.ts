import { basename } from 'node:path';
import type { DataType } from '../../ports/market-data.ts';
import { pairFromFileName, timeframeFromFolder } from '../catalogue/layout.ts';

export type FileFormat = 'csv' | 'json' | 'feather' | 'parquet';

/** What the name of a data file says. */
export interface NamedFile {
  readonly path: string;
  readonly format: FileFormat;
  readonly isGzip: boolean;
  /** Alone in a zip archive. */
  readonly isZip?: boolean;
  readonly pair: string;
  readonly type: DataType;
  readonly timeframe: string | null;
}

/** Endings after the pair, as we and Freqtrade write them; tried in order. */
const KINDS: readonly (readonly [RegExp, DataType])[] = [
  [/-(?:\d+(?:[smhdwM]|[Mm]o)-)?funding(?:_rate)?$/, 'funding'],
  [/-(\d+(?:[smhdwM]|[Mm]o))-mark$/, 'mark'],
  [/-(\d+(?:[smhdwM]|[Mm]o))(?:-(?:futures|spot))?$/, 'candles'],
  [/-trades(?:-\d+)?$/, 'trades'],
  [/-l2(?:-\d+)?$/, 'book'],
  [/-(?:oi|open_interest)$/, 'oi'],
  [/-liquidations$/, 'liquidations'],
];

/**
 * Reads `BTC_USDT-1h.csv.gz`, `BTC_USDT_USDT-5m-futures.feather`, `BTC_USDT_USDT-8h-funding_rate.feather` and their like.
 * @returns null for other names
 */
export function parseFileName(path: string): NamedFile | null {
  const ending = /\.(csv|json|feather|parquet)(\.gz)?$/.exec(path);
  if (!ending) return null;
  const stem = basename(path).slice(0, -ending[0].length);
  for (const [pattern, type] of KINDS) {
    const match = pattern.exec(stem);
    if (!match) continue;
    const name = stem.slice(0, match.index);
    if (!/^[^-].*_/.test(name)) return null;
    return {
      path,
      format: ending[1] as FileFormat,
      isGzip: ending[2] !== undefined,
      pair: pairOf(name),
      type,
      timeframe: type === 'candles' || type === 'mark' ? timeframeFromFolder(match[1]!) : null,
    };
  }
  return null;
}

/** `BTC_PERP` (a dollar perpetual in some archives) has the settle currency in words only. */
function pairOf(name: string): string {
  return /^[^_]+_PERP$/.test(name) ? `${name.slice(0, -5)}/USD:USD` : pairFromFileName(name);
}
