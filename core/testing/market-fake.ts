import { type Candle, candlesFrom, lowerBound, sliceCandles } from '../domain/candles.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { timeframe } from '../domain/timeframe.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { MarketData, SeriesInfo } from '../ports/market-data.ts';
import { testSpec } from './trading-fakes.ts';

/** A pair of a fake market: closes (each candle's high and low are its close unless given) or whole candles without times, and its specifications. */
export interface FakePair {
  readonly closes?: readonly number[];
  readonly candles?: readonly Omit<Candle, 'time'>[];
  /** Candles that the market had before this pair's first. */
  readonly late?: number;
  /** Changes of `testSpec`; the first holds from the beginning. */
  readonly specs?: readonly Partial<InstrumentSpec>[];
}

/**
 * Stored market data of one timeframe in memory, on the exchange `test`: for tests of pair lists and sources. A pair without candles has
 * specifications only.
 */
export function testMarketData(
  pairs: Readonly<Record<string, FakePair>>,
  { frame = '1d', from = Date.UTC(2024, 0, 1) }: { readonly frame?: string; readonly from?: number } = {},
): MarketData {
  const { ms } = timeframe(frame);
  const tables = new Map(
    Object.entries(pairs).map(([pair, { closes = [], candles, late = 0 }]) => {
      const rows = candles ?? closes.map((close) => ({ open: close, high: close, low: close, close, volume: 1 }));
      return [pair, candlesFrom(rows.map((row, i) => ({ ...row, time: from + (late + i) * ms })))] as const;
    }),
  );
  const tableOf = (pair: string) => {
    const table = tables.get(pair);
    if (table && table.length > 0) return table;
    throw new TidegateError('DATA_MISSING', `there are no candles of ${pair}`, {
      remedy: 'Give the pair to testMarketData.',
    });
  };
  const nothing = () =>
    Promise.reject(
      new TidegateError('DATA_MISSING', 'a fake market has candles only', {
        remedy: 'Test what needs more on a stored market.',
      }),
    );
  const list = [...tables].flatMap(([pair, { length, time }]): SeriesInfo[] => {
    if (length === 0) return [];
    const span = { first: time[0]!, last: time[length - 1]!, rows: length, bytes: 0, source: 'memory' };
    return [{ exchange: 'test', pair, type: 'candles', timeframe: frame, ...span }];
  });
  return {
    root: 'memory',
    dataKind: 'synthetic',
    list: async () => list,
    candles: async (
      _exchange,
      pair,
      _frame,
      { from: begin = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = {},
    ) => {
      const table = tableOf(pair);
      return sliceCandles(table, lowerBound(table.time, begin), lowerBound(table.time, to));
    },
    events: nothing,
    trades: nothing,
    book: nothing,
    latest: async ({ pair }) => tables.get(pair)?.time.at(-1) ?? null,
    contentHash: async () => '',
    specAt: async (_exchange, pair, time) => {
      const specs = (pairs[pair]?.specs ?? [{}]).map((changes) => testSpec({ pair, kind: 'spot', ...changes }));
      const spec = specs.filter(({ validFrom }) => validFrom <= time).at(-1) ?? specs[0]!;
      return { spec, assumed: pairs[pair]?.specs === undefined };
    },
  };
}
