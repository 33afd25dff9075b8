import { type BookTable, candlesFrom } from '../../domain/candles.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { CandleEvent, ExchangePort } from '../../ports/exchange.ts';
import type { MarketData, SeriesInfo } from '../../ports/market-data.ts';

/** The part of an exchange that pair lists ask. */
export type ListedMarkets = Pick<
  ExchangePort,
  'name' | 'loadMarkets' | 'market' | 'fetchCandles' | 'fetchBook' | 'now'
>;

/** Candles per request, and levels of a book: its best prices are what counts. */
const PAGE = 500;
const LEVELS = 5;

/**
 * An exchange as market data, for pair lists of a running bot: candles and the book are asked for when they are needed, `list` finds out once since when each
 * pair is traded. There are no events, trades or history of specifications.
 * @param now the market's time, ms UTC
 */
export function exchangeData(exchange: ListedMarkets, now: () => number): MarketData {
  const nothing = () =>
    Promise.reject(
      new TidegateError('DATA_MISSING', 'an exchange is asked for candles and books only', {
        remedy: 'Leave out the pair list that needs more.',
      }),
    );
  let listed: Promise<readonly SeriesInfo[]> | null = null;
  const find = async (): Promise<readonly SeriesInfo[]> => {
    const series: SeriesInfo[] = [];
    for (const { pair, status } of await exchange.loadMarkets()) {
      if (status !== 'trading') continue;
      const [first] = await exchange.fetchCandles(pair, '1d', 0, 1);
      if (!first) continue;
      const info = { type: 'candles', timeframe: '1d', rows: 0, bytes: 0, source: exchange.name } as const;
      series.push({ exchange: exchange.name, pair, ...info, first: first.openTime, last: now() });
    }
    return series;
  };
  return {
    root: exchange.name,
    dataKind: 'real',
    list() {
      listed ??= find().catch((error: unknown) => {
        listed = null;
        throw error;
      });
      return listed;
    },
    async candles(_exchange, pair, frameName, { from = 0, to = now() } = {}) {
      const frame = timeframe(frameName);
      const rows: CandleEvent[] = [];
      for (let since = frame.openOf(from); since < to; ) {
        const page = await exchange.fetchCandles(pair, frameName, since, PAGE);
        rows.push(...page.filter((row) => row.openTime >= since));
        const last = page.at(-1);
        if (!last || page.length < PAGE || last.openTime < since) break;
        since = frame.closeOf(last.openTime);
      }
      const inside = rows.filter(({ openTime }) => openTime >= from && openTime < to);
      return candlesFrom(inside.map(({ openTime, ...row }) => ({ ...row, time: openTime })));
    },
    events: nothing,
    trades: nothing,
    async book(_exchange, pair): Promise<BookTable> {
      const { bids, asks, receivedAt } = await exchange.fetchBook(pair, LEVELS);
      const levels = [...bids.map((level) => [1, ...level] as const), ...asks.map((level) => [-1, ...level] as const)];
      return {
        length: levels.length,
        time: Float64Array.from(levels, () => receivedAt),
        kind: Float64Array.from(levels, (_, k) => (k === 0 ? 1 : 2)),
        side: Float64Array.from(levels, ([side]) => side),
        price: Float64Array.from(levels, ([, price]) => price),
        amount: Float64Array.from(levels, ([, , amount]) => amount),
      };
    },
    latest: async () => now(),
    contentHash: nothing,
    async specAt(_exchange, pair): Promise<{ spec: InstrumentSpec; assumed: boolean }> {
      const spec = exchange.market(pair);
      if (spec) return { spec, assumed: false };
      throw new TidegateError('DATA_MISSING', `${exchange.name} does not trade ${pair}`, {
        remedy: 'Check the pair, or leave it out.',
      });
    },
  };
}
