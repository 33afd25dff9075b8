import { BarBuilder } from '../columns/bars/bar-builder.ts';
import { lowerBound, sliceCandles } from '../domain/candles.ts';
import { timeframe } from '../domain/timeframe.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { MarketData, SeriesKey } from '../ports/market-data.ts';

/**
 * The same data, where bars that end by what was traded (`vol:1000`) are made from the pair's trades, or, where there are none, from its shortest
 * candles. They are built from the start of the stored history whatever range is asked for; their content hash is that of what they are made from.
 */
export function withBars(data: MarketData): MarketData {
  const sourceOf = async (exchange: string, pair: string, wanted: string): Promise<SeriesKey> => {
    const stored = (await data.list()).filter((s) => s.exchange === exchange && s.pair === pair);
    if (stored.some((s) => s.type === 'trades')) return { exchange, pair, type: 'trades', timeframe: null };
    const shortest = stored
      .filter((s) => s.type === 'candles' && s.timeframe !== null)
      .map((s) => s.timeframe!)
      .sort((a, b) => timeframe(a).ms - timeframe(b).ms)[0];
    if (!shortest)
      throw new TidegateError(
        'DATA_MISSING',
        `no trades or candles of ${pair} on ${exchange} to make ${wanted} bars from`,
        {
          where: data.root,
          remedy: `Run "tidegate download --pairs ${pair} --timeframe 1m", or import trades with "tidegate data import".`,
        },
      );
    return { exchange, pair, type: 'candles', timeframe: shortest };
  };
  const keyOf = async (key: SeriesKey): Promise<SeriesKey> =>
    key.timeframe !== null && key.type === 'candles' && timeframe(key.timeframe).bars
      ? sourceOf(key.exchange, key.pair, key.timeframe)
      : key;
  return {
    root: data.root,
    dataKind: data.dataKind,
    list: () => data.list(),
    async candles(exchange, pair, wanted, options = {}) {
      const { bars } = timeframe(wanted);
      if (!bars || options.type === 'mark') return data.candles(exchange, pair, wanted, options);
      const source = await sourceOf(exchange, pair, wanted);
      const builder = new BarBuilder(bars);
      const before = options.to === undefined ? {} : { to: options.to };
      if (source.timeframe === null) builder.addTrades(await data.trades(exchange, pair, before));
      else
        builder.addCandles(await data.candles(exchange, pair, source.timeframe, before), timeframe(source.timeframe));
      const table = builder.table();
      const at = (time: number | undefined, otherwise: number) =>
        time === undefined ? otherwise : lowerBound(table.time, time);
      return sliceCandles(table, at(options.from, 0), at(options.to, table.length));
    },
    events: (...args) => data.events(...args),
    trades: (...args) => data.trades(...args),
    book: (...args) => data.book(...args),
    latest: async (key) => data.latest(await keyOf(key)),
    contentHash: async (key, range) => data.contentHash(await keyOf(key), range),
    specAt: (...args) => data.specAt(...args),
  };
}
