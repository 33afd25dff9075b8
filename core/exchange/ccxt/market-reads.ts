import { timeframe as timeframeOf } from '../../domain/timeframe.ts';
import type {
  BookStreamEvent,
  CandleEvent,
  FundingRateEvent,
  OpenInterestEvent,
  TickerEvent,
} from '../../ports/exchange.ts';
import type { CandleRow } from '../candle-closer.ts';
import type { ExchangeClock } from '../exchange-clock.ts';
import type { MarketClock } from '../market-clock.ts';
import type { CcxtBook, CcxtClient, CcxtFunding, CcxtOpenInterest } from './ccxt-client.ts';
import { tickerOf } from './parse.ts';
import type { RequestDesk } from './request-desk.ts';

/** Rows that a venue gives at once without being asked for more. */
const ROWS = 500;

export interface MarketReadsParts {
  readonly client: CcxtClient;
  readonly requests: RequestDesk;
  readonly clock: ExchangeClock;
  readonly marketClock: MarketClock;
  readonly contractSize: (pair: string) => number;
}

/** Market data over REST. Reads throw CallFailed. */
export class MarketReads {
  readonly #parts: MarketReadsParts;

  constructor(parts: MarketReadsParts) {
    this.#parts = parts;
  }

  /** Rows that open at or after `since`, the forming one included. */
  async rows(
    pair: string,
    timeframe: string,
    since: number,
    limit = ROWS,
    price?: 'mark',
  ): Promise<readonly CandleRow[]> {
    const { client, requests } = this.#parts;
    const params = price ? { price } : {};
    const rows = await requests.read('data', () => client.fetchOHLCV(pair, timeframe, since, limit, params));
    return rows
      .map((row): CandleRow => {
        const at = (i: number) => row[i] ?? Number.NaN;
        return [at(0), at(1), at(2), at(3), at(4), price ? 0 : at(5)];
      })
      .filter(([time]) => time >= since)
      .sort((a, b) => a[0] - b[0]);
  }

  async candles(
    pair: string,
    timeframe: string,
    since: number,
    limit: number,
    price?: 'mark',
  ): Promise<readonly CandleEvent[]> {
    const rows = await this.rows(pair, timeframe, since, limit, price);
    const frame = timeframeOf(timeframe);
    const receivedAt = this.#parts.clock.now();
    const now = this.#parts.marketClock.now();
    const latest = rows.at(-1)?.[0] ?? Number.NaN;
    return (
      rows
        // A later row proves that one is closed; the last needs the market's clock.
        .filter(([time]) => time < latest || frame.closeOf(time) <= now)
        .map(([openTime, open, high, low, close, volume]) => ({
          pair,
          openTime,
          open,
          high,
          low,
          close,
          volume,
          closedBy: 'rest',
          exchangeTime: frame.closeOf(openTime),
          receivedAt,
        }))
    );
  }

  async tickers(pairs?: readonly string[]): Promise<readonly TickerEvent[]> {
    const { client, requests, clock } = this.#parts;
    const all = await requests.read('data', () => client.fetchTickers(pairs));
    const receivedAt = clock.now();
    return Object.values(all).flatMap((ticker) => tickerOf(ticker, receivedAt) ?? []);
  }

  async book(pair: string, levels: number): Promise<BookStreamEvent> {
    const { client, requests, clock } = this.#parts;
    const book = await requests.read('data', () => client.fetchOrderBook(pair, levels));
    return this.bookEvent(pair, book, levels, clock.now());
  }

  /** A book of ccxt, its best levels, in base units. */
  bookEvent(pair: string, book: CcxtBook, levels: number, receivedAt: number): BookStreamEvent {
    const size = this.#parts.contractSize(pair);
    const side = (rows: CcxtBook['bids']) => rows.slice(0, levels).map((row) => [row[0]!, row[1]! * size] as const);
    return {
      pair,
      bids: side(book.bids),
      asks: side(book.asks),
      exchangeTime: book.timestamp ?? this.#parts.marketClock.now(),
      receivedAt,
    };
  }

  async fundingRate(pair: string): Promise<FundingRateEvent> {
    const { client, requests, clock } = this.#parts;
    return this.fundingEvent(pair, await requests.read('data', () => client.fetchFundingRate(pair)), clock.now());
  }

  fundingEvent(pair: string, funding: CcxtFunding, receivedAt: number): FundingRateEvent {
    return {
      pair,
      mark: funding.markPrice ?? Number.NaN,
      index: funding.indexPrice ?? Number.NaN,
      rate: funding.fundingRate ?? Number.NaN,
      nextAt: funding.fundingTimestamp ?? funding.nextFundingTimestamp ?? Number.NaN,
      exchangeTime: funding.timestamp ?? this.#parts.marketClock.now(),
      receivedAt,
    };
  }

  async fundingHistory(
    pair: string,
    since: number,
  ): Promise<readonly { readonly at: number; readonly rate: number }[]> {
    const { client, requests } = this.#parts;
    const rows = await requests.read('data', () => client.fetchFundingRateHistory(pair, since, 1_000));
    return rows.flatMap(({ timestamp, fundingRate }) =>
      timestamp && timestamp >= since && fundingRate !== undefined && fundingRate !== null
        ? { at: timestamp, rate: fundingRate }
        : [],
    );
  }

  async openInterest(pair: string): Promise<OpenInterestEvent> {
    const { client, requests } = this.#parts;
    return this.#openInterestOf(pair, await requests.read('data', () => client.fetchOpenInterest(pair)));
  }

  async openInterestHistory(pair: string, since: number, limit: number): Promise<readonly OpenInterestEvent[]> {
    const { client, requests } = this.#parts;
    const rows = await requests.read('data', () => client.fetchOpenInterestHistory(pair, '5m', since, limit));
    return rows
      .filter(({ timestamp }) => (timestamp ?? 0) >= since)
      .map((told) => this.#openInterestOf(pair, told))
      .sort((a, b) => a.exchangeTime - b.exchangeTime);
  }

  #openInterestOf(pair: string, told: CcxtOpenInterest): OpenInterestEvent {
    const { clock, marketClock, contractSize } = this.#parts;
    return {
      pair,
      amount: (told.openInterestAmount ?? Number.NaN) * contractSize(pair),
      value: told.openInterestValue ?? Number.NaN,
      exchangeTime: told.timestamp ?? marketClock.now(),
      receivedAt: clock.now(),
    };
  }
}
