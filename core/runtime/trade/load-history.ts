import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { CandleRow } from './live-grids.ts';

/** Candles per request. */
const PAGE = 500;

/** Stored data of the market that is traded, and the exchange's name in it. */
export interface StoredMarket {
  readonly data: MarketData;
  readonly exchange: string;
}

/**
 * The last `rows` closed candles of a pair before `now` (ms UTC): from stored data as far as that reaches without a hole, the rest from the exchange.
 * @throws TidegateError TRADE_HISTORY when the exchange has not a single one
 */
export async function loadHistory(
  exchange: ExchangePort,
  stored: StoredMarket | null,
  pair: string,
  frameName: string,
  rows: number,
  now: number,
): Promise<CandleRow[]> {
  const frame = timeframe(frameName);
  const history: CandleRow[] = [];
  let since = frame.openOf(now) - rows * frame.ms;
  for (const row of await storedRows(stored, pair, frameName, since)) {
    // Stored data may have holes that the exchange can fill.
    if (row[0] !== since) break;
    history.push(row);
    since = frame.closeOf(since);
  }
  for (;;) {
    const page = await exchange.fetchCandles(pair, frameName, since, PAGE);
    for (const { openTime, open, high, low, close, volume } of page)
      if (openTime >= since) {
        history.push([openTime, open, high, low, close, volume]);
        since = frame.closeOf(openTime);
      }
    if (page.length < PAGE || since >= frame.openOf(now)) break;
  }
  if (history.length > 0) return history;
  throw new TidegateError('TRADE_HISTORY', `${exchange.name} has no ${frameName} candles of ${pair}`, {
    remedy: 'Take it out of the pairs until it has been listed for a while.',
  });
}

async function storedRows(
  stored: StoredMarket | null,
  pair: string,
  frameName: string,
  from: number,
): Promise<CandleRow[]> {
  if (stored === null) return [];
  try {
    const table = await stored.data.candles(stored.exchange, pair, frameName, { from });
    const { time, open, high, low, close, volume } = table;
    // The last one may have been stored, or made of shorter ones, before it was over.
    const length = Math.max(0, table.length - 1);
    return Array.from({ length }, (_, i) => [time[i]!, open[i]!, high[i]!, low[i]!, close[i]!, volume[i]!] as const);
  } catch (error) {
    // Nothing stored: the exchange gives all of it.
    if (error instanceof TidegateError && error.code.startsWith('DATA_')) return [];
    throw error;
  }
}
