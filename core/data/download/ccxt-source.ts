import { didYouMean } from '../../foundation/errors.ts';
import { failureOf } from './ccxt-failure.ts';
import type { CcxtHandle } from './ccxt-handle.ts';
import { specOf } from './ccxt-spec.ts';
import { BINANCE_FUTURES_COSTS, BINANCE_SPOT_COSTS, evenCosts } from './costs.ts';
import { type CandleRow, type DownloadClock, type DownloadSource, RequestFailure } from './source.ts';

const SIDES: Readonly<Record<string, number>> = { buy: 1, sell: -1 };

/** A ccxt exchange as a source of downloads; its own rate limiter should be off. */
export function ccxtSource(exchange: string, ccxtId: string, handle: CcxtHandle, clock: DownloadClock): DownloadSource {
  let loading: Promise<unknown> | undefined;
  let hasFailed = false;
  let ahead: number | undefined;
  // What is no JSON is an answer without markets to ccxt: no pair would be known.
  const checkMarkets = () => {
    if (Object.keys(handle.markets ?? {}).length === 0)
      throw new RequestFailure('unavailable', `${exchange} named no markets`);
  };
  const ask = async <T>(pair: string | null, request: () => Promise<T>): Promise<T> => {
    try {
      // ccxt keeps a failure and gives it again for ever, unless it is told to load anew.
      loading ??= handle.loadMarkets(hasFailed);
      await loading.then(checkMarkets).catch((error: unknown) => {
        loading = undefined;
        hasFailed = true;
        throw error;
      });
      if (pair !== null) checkPair(handle, exchange, pair);
      return await request();
    } catch (error) {
      throw failureOf(error, handle.last_response_headers, clock.now());
    }
  };
  /** ccxt takes what is no JSON (nothing, half an answer, a page of HTML) for an answer without rows. */
  const answered = <T>(rows: readonly T[]): readonly T[] => {
    if (rows.length > 0 || isJson(handle.last_http_response)) return rows;
    throw new RequestFailure('unavailable', `${exchange} answered something that is no JSON`);
  };
  const costs =
    ccxtId === 'binanceusdm'
      ? BINANCE_FUTURES_COSTS
      : ccxtId === 'binance'
        ? BINANCE_SPOT_COSTS
        : evenCosts(handle.rateLimit);
  return {
    exchange,
    costs,
    candleLimit: ccxtId.startsWith('binance') ? 1000 : 300,
    candles: (pair, timeframe, since, limit, type) =>
      ask(pair, async () => {
        const params = type === 'mark' ? { price: 'mark' } : {};
        const rows = answered(await handle.fetchOHLCV(pair, timeframe, since, limit, params));
        return rows.map((row) => candleRow(row, type === 'mark'));
      }),
    funding: (pair, since, limit) =>
      ask(pair, async () =>
        // Stamps jitter by some milliseconds; the payment is due at the full minute.
        answered(await handle.fetchFundingRateHistory(pair, since, limit)).map((row) => [
          Math.round((row.timestamp ?? Number.NaN) / 60_000) * 60_000,
          row.fundingRate ?? Number.NaN,
        ]),
      ),
    openInterest: (pair, since, limit) =>
      ask(pair, async () =>
        answered(await handle.fetchOpenInterestHistory(pair, '5m', since, limit)).map((row) => [
          row.timestamp ?? Number.NaN,
          row.openInterestAmount ?? 0,
          row.openInterestValue ?? 0,
        ]),
      ),
    trades: (pair, since, limit) =>
      ask(pair, async () =>
        answered(await handle.fetchTrades(pair, since, limit)).map((row) => [
          row.timestamp ?? Number.NaN,
          row.price ?? Number.NaN,
          row.amount ?? Number.NaN,
          SIDES[row.side ?? ''] ?? 0,
        ]),
      ),
    book: (pair) =>
      ask(pair, async () => {
        const { timestamp, bids, asks } = await handle.fetchOrderBook(pair, 1000);
        const levels = (side: readonly number[][]) => side.map((level) => [level[0]!, level[1]!] as const);
        return { time: timestamp ?? clock.now(), bids: levels(bids), asks: levels(asks) };
      }),
    specs: (pairs) =>
      ask(null, async () =>
        pairs.flatMap((pair) => {
          checkPair(handle, exchange, pair);
          return specOf(exchange, handle.markets![pair]!, handle.precisionMode, clock.now()) ?? [];
        }),
      ),
    async now() {
      ahead ??= await ask(null, async () => {
        const time = handle.has.fetchTime === true ? await handle.fetchTime() : undefined;
        return (time ?? clock.now()) - clock.now();
      });
      return clock.now() + ahead;
    },
    close: async () => void (await handle.close()),
  };
}

function checkPair(handle: CcxtHandle, exchange: string, pair: string): void {
  const markets = handle.markets ?? {};
  if (pair in markets) return;
  throw new RequestFailure(
    'refused',
    `${exchange} has no pair "${pair}". ${didYouMean(pair, Object.keys(markets))}`.trim(),
  );
}

function candleRow(row: readonly (number | undefined)[], isMark: boolean): CandleRow {
  const at = (i: number) => row[i] ?? Number.NaN;
  return [at(0), at(1), at(2), at(3), at(4), isMark ? 0 : at(5)];
}

function isJson(text: unknown): boolean {
  if (typeof text !== 'string') return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
