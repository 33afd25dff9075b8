import { timeframe } from '../domain/timeframe.ts';
import type { SeriesInfo } from '../ports/market-data.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { resampleCandles } from './resample.ts';

/** One series that was made of a shorter one. */
export interface ResampledSeries {
  readonly pair: string;
  readonly type: 'candles' | 'mark';
  /** Timeframe that it was made of. */
  readonly source: string;
  readonly rows: number;
  readonly added: number;
}

/**
 * Stores candles of timeframe `to` for every accepted pair, made of its shortest stored timeframe that is shorter than `to`. Stored
 * candles of that timeframe stay: the exchange's own are better.
 */
export async function* resampleStored(
  catalogue: Catalogue,
  to: string,
  accepts: (info: SeriesInfo) => boolean,
): AsyncGenerator<ResampledSeries> {
  const target = timeframe(to);
  const seen = new Set<string>();
  for (const info of await catalogue.list()) {
    const { exchange, pair, type, timeframe: source } = info;
    if ((type !== 'candles' && type !== 'mark') || source === null || !accepts(info)) continue;
    const name = `${exchange} ${pair} ${type}`;
    // `list` has the short timeframes first.
    if (seen.has(name) || timeframe(source).ms >= target.ms) continue;
    seen.add(name);
    const table = resampleCandles(await catalogue.candles(exchange, pair, source, { type }), source, to);
    const { added } = await catalogue.writeCandles(exchange, pair, to, table, { type });
    yield { pair, type, source, rows: table.length, added };
  }
}
