import { timeframe } from '../domain/timeframe.ts';
import type { SeriesInfo } from '../ports/market-data.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { isMadeOf, resampleCandles } from './resample.ts';

/** One series that was made of a shorter one. */
export interface ResampledSeries {
  readonly pair: string;
  readonly type: 'candles' | 'mark';
  /** Timeframe that it was made of. */
  readonly source: string;
  readonly rows: number;
  readonly added: number;
  readonly replaced: number;
  /** Candles that differ from stored ones, which stay. */
  readonly ignored: number;
}

/**
 * Stores candles of timeframe `to` for every accepted pair, made of its shortest stored timeframe that makes it up. Stored candles of that
 * timeframe stay, as the exchange's own are better, unless `overwrite` is set.
 */
export async function* resampleStored(
  catalogue: Catalogue,
  to: string,
  accepts: (info: SeriesInfo) => boolean,
  overwrite = false,
): AsyncGenerator<ResampledSeries> {
  // Refuses what is no timeframe, even where nothing is stored.
  timeframe(to);
  const seen = new Set<string>();
  for (const info of await catalogue.list()) {
    const { exchange, pair, type, timeframe: source } = info;
    if ((type !== 'candles' && type !== 'mark') || source === null || !accepts(info)) continue;
    const name = `${exchange} ${pair} ${type}`;
    // `list` has the short timeframes first.
    if (seen.has(name) || source === to || !isMadeOf(to, source)) continue;
    seen.add(name);
    const table = resampleCandles(await catalogue.candles(exchange, pair, source, { type }), source, to);
    const { added, replaced, ignored } = await catalogue.writeCandles(exchange, pair, to, table, { type, overwrite });
    yield { pair, type, source, rows: table.length, added, replaced, ignored };
  }
}
