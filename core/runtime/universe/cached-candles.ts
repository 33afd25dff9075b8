import { type CandleTable, lowerBound, sliceCandles } from '../../domain/candles.ts';
import type { MarketData } from '../../ports/market-data.ts';

/** The same data, where each series of candles is read once and then cut: for those who ask for many short ranges. */
export function cachedCandles(data: MarketData): MarketData {
  const tables = new Map<string, Promise<CandleTable>>();
  return {
    root: data.root,
    dataKind: data.dataKind,
    list: () => data.list(),
    async candles(exchange, pair, timeframe, options = {}) {
      const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, type = 'candles' } = options;
      const key = `${exchange} ${pair} ${timeframe} ${type}`;
      let table = tables.get(key);
      if (!table) {
        table = data.candles(exchange, pair, timeframe, { type });
        tables.set(key, table);
      }
      const whole = await table;
      return sliceCandles(whole, lowerBound(whole.time, from), lowerBound(whole.time, to));
    },
    events: (...args) => data.events(...args),
    trades: (...args) => data.trades(...args),
    book: (...args) => data.book(...args),
    latest: (key) => data.latest(key),
    contentHash: (...args) => data.contentHash(...args),
    specAt: (...args) => data.specAt(...args),
  };
}
