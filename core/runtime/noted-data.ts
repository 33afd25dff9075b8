import type { MarketData, SeriesKey, TimeRange } from '../ports/market-data.ts';

/** A series that was asked for, over the widest range that it was asked for. */
export interface NotedSeries {
  readonly key: SeriesKey;
  readonly range: TimeRange;
}

/** The same data, which notes the candles and events that are asked for: what a run has read is part of its inputs. */
export function notedData(data: MarketData): {
  readonly data: MarketData;
  readonly read: () => readonly NotedSeries[];
} {
  const noted = new Map<string, NotedSeries>();
  const note = (key: SeriesKey, { from, to }: TimeRange): void => {
    const name = `${key.exchange} ${key.pair} ${key.type} ${key.timeframe}`;
    const before = noted.get(name)?.range ?? { from: from ?? 0, to: to ?? 0 };
    noted.set(name, {
      key,
      range: {
        ...(from !== undefined && before.from !== undefined && { from: Math.min(from, before.from) }),
        ...(to !== undefined && before.to !== undefined && { to: Math.max(to, before.to) }),
      },
    });
  };
  return {
    read: () => [...noted.values()],
    data: {
      root: data.root,
      dataKind: data.dataKind,
      list: () => data.list(),
      async candles(exchange, pair, timeframe, options = {}) {
        const table = await data.candles(exchange, pair, timeframe, options);
        note({ exchange, pair, type: options.type ?? 'candles', timeframe }, options);
        return table;
      },
      async events(exchange, pair, type, range = {}) {
        const table = await data.events(exchange, pair, type, range);
        note({ exchange, pair, type, timeframe: null }, range);
        return table;
      },
      trades: (...args) => data.trades(...args),
      book: (...args) => data.book(...args),
      latest: (key) => data.latest(key),
      contentHash: (...args) => data.contentHash(...args),
      specAt: (...args) => data.specAt(...args),
    },
  };
}
