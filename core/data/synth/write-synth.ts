import type { MarketData } from '../../ports/market-data.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { bookColumns, type ColumnSet, candleColumns, eventColumns, tradeColumns } from '../store/column-set.ts';

/** One series that was written. */
export interface WrittenSeries {
  readonly name: string;
  readonly rows: number;
  /** Share of the series that is done with this one, 0 to 1. */
  readonly done: number;
}

/** Writes every series of a synthetic market, and its specifications, into a catalogue. Writing the same market again changes nothing. */
export async function* writeSynth(market: MarketData, catalogue: Catalogue): AsyncGenerator<WrittenSeries> {
  const infos = await market.list();
  for (const [i, { exchange, pair, type, timeframe }] of infos.entries()) {
    const key = { exchange, pair, type, timeframe };
    const set = await columnsOf(market, key);
    if (set.length > 0) await catalogue.writeColumns(key, set);
    yield { name: [pair, type, timeframe].filter(Boolean).join(' '), rows: set.length, done: (i + 1) / infos.length };
  }
  const pairs = new Set(infos.map(({ pair }) => pair));
  const specs = await Promise.all([...pairs].map((pair) => market.specAt('synthetic', pair, 0)));
  await catalogue.writeSpecs(specs.map(({ spec }) => spec));
}

type Key = Parameters<MarketData['latest']>[0];

/** Rows of any series of any market data as named columns. */
export async function columnsOf(data: MarketData, key: Key, range = {}): Promise<ColumnSet> {
  const { exchange, pair, type, timeframe } = key;
  if (type === 'candles' || type === 'mark')
    return candleColumns(await data.candles(exchange, pair, timeframe!, { type, ...range }));
  if (type === 'trades') return tradeColumns(await data.trades(exchange, pair, range));
  if (type === 'book') return bookColumns(await data.book(exchange, pair, range));
  return eventColumns(await data.events(exchange, pair, type, range));
}
