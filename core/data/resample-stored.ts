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
  /** Share of the series that is done with this one, 0 to 1. */
  readonly done: number;
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
  const sources = sourcesOf(to, (await catalogue.list()).filter(accepts));
  for (const [i, { exchange, pair, type, source }] of sources.entries()) {
    const table = resampleCandles(await catalogue.candles(exchange, pair, source, { type }), source, to);
    const { added, replaced, ignored } = await catalogue.writeCandles(exchange, pair, to, table, { type, overwrite });
    yield { pair, type, source, rows: table.length, added, replaced, ignored, done: (i + 1) / sources.length };
  }
}

interface Source extends Pick<ResampledSeries, 'pair' | 'type' | 'source'> {
  readonly exchange: string;
}

/** For each pair and type the shortest timeframe that makes up `to`: the first, as lists have the short ones first. */
function sourcesOf(to: string, infos: readonly SeriesInfo[]): readonly Source[] {
  const sources = new Map<string, Source>();
  for (const { exchange, pair, type, timeframe: source } of infos) {
    if ((type !== 'candles' && type !== 'mark') || source === null) continue;
    const name = `${exchange} ${pair} ${type}`;
    if (!sources.has(name) && source !== to && isMadeOf(to, source))
      sources.set(name, { exchange, pair, type, source });
  }
  return [...sources.values()];
}
