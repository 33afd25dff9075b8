import type { Rng } from '../../foundation/rng.ts';
import type {
  BookStreamEvent,
  ExchangeCapabilities,
  FundingRateEvent,
  LiquidationEvent,
  OpenInterestEvent,
  Stamped,
  StreamSink,
  Subscription,
  TickerEvent,
  TradeStreamEvent,
} from '../../ports/exchange.ts';
import type { ExchangeClock } from '../exchange-clock.ts';
import type { MarketClock } from '../market-clock.ts';
import type {
  CcxtBook,
  CcxtClient,
  CcxtFunding,
  CcxtLiquidation,
  CcxtSocket,
  CcxtTicker,
  CcxtTrade,
} from './ccxt-client.ts';
import { Feed, type FeedParts } from './feed.ts';
import type { MarketReads } from './market-reads.ts';
import { tickerOf } from './parse.ts';
import type { VenueProfile } from './venue-profile.ts';

/** Within what a stream is expected to tell something of a pair, ms; silence of three times as long is stale. */
export interface Expected {
  readonly candles: number;
  readonly trades: number;
  readonly book: number;
  readonly tickers: number;
  readonly funding: number;
}

export const EXPECTED_MS: Expected = {
  candles: 20_000,
  trades: 60_000,
  book: 10_000,
  tickers: 10_000,
  funding: 10_000,
};
/** Silence is stale after so many expected intervals. */
export const STALE_INTERVALS = 3;
const PAIRS_PER_SUBSCRIPTION = 50;
const POLL_MS = 2_000;
const OPEN_INTEREST_MS = 60_000;

export interface StreamDeskParts {
  readonly client: CcxtClient;
  readonly profile: VenueProfile;
  readonly capabilities: ExchangeCapabilities;
  readonly clock: ExchangeClock;
  readonly rng: Rng;
  readonly marketClock: MarketClock;
  readonly reads: MarketReads;
  readonly expected: Expected;
  readonly contractSize: (pair: string) => number;
  readonly reset: (pairs: readonly string[], reason: string) => void;
}

/** A subscription and who gets its events. */
interface Channel<Event> {
  readonly sink: StreamSink<Event>;
  readonly feed: Feed<Event>;
  /** Of books. */
  readonly levels: number;
}

/** Trades, books, tickers, funding, open interest, liquidations: what the tap hears goes to the channels that follow the pair. */
export class StreamDesk {
  readonly #parts: StreamDeskParts;
  readonly #trades = new Set<Channel<TradeStreamEvent>>();
  readonly #books = new Set<Channel<BookStreamEvent>>();
  readonly #tickers = new Set<Channel<TickerEvent>>();
  readonly #funding = new Set<Channel<FundingRateEvent>>();
  readonly #liquidations = new Set<Channel<LiquidationEvent>>();
  readonly #openInterest = new Set<Channel<OpenInterestEvent>>();
  readonly #lastPrice = new Map<string, number>();

  constructor(parts: StreamDeskParts) {
    this.#parts = parts;
  }

  /** The last price that any stream told of a pair; NaN when none did. */
  lastPrice(pair: string): number {
    return this.#lastPrice.get(pair) ?? Number.NaN;
  }

  watchTrades(pairs: readonly string[], sink: StreamSink<TradeStreamEvent>): Subscription {
    const { client, expected } = this.#parts;
    const isGrouped = client.has.watchTradesForSymbols === true;
    return this.#open(this.#trades, pairs, sink, {
      name: 'trades',
      expectedMs: expected.trades,
      isGrouped,
      watch: (some) => (isGrouped ? client.watchTradesForSymbols(some) : client.watchTrades(some[0]!)),
    });
  }

  watchBook(pairs: readonly string[], levels: number, sink: StreamSink<BookStreamEvent>): Subscription {
    const { client, expected, reads } = this.#parts;
    const isGrouped = client.has.watchOrderBookForSymbols === true;
    return this.#open(this.#books, pairs, sink, {
      name: 'book',
      levels,
      expectedMs: expected.book,
      isGrouped,
      watch: (some) => (isGrouped ? client.watchOrderBookForSymbols(some) : client.watchOrderBook(some[0]!)),
      poll: (pair) => reads.book(pair, levels),
    });
  }

  watchTickers(pairs: readonly string[], sink: StreamSink<TickerEvent>): Subscription {
    const { client, expected, reads } = this.#parts;
    const isGrouped = client.has.watchTickers === true;
    return this.#open(this.#tickers, pairs, sink, {
      name: 'tickers',
      expectedMs: expected.tickers,
      isGrouped,
      // Binance's short form has no bid and ask on spot.
      watch: (some) =>
        isGrouped
          ? client.watchTickers(some, client.id.startsWith('binance') ? { name: 'ticker' } : {})
          : client.watchTicker(some[0]!),
      poll: async (pair) => (await reads.tickers([pair]))[0],
    });
  }

  watchFunding(pairs: readonly string[], sink: StreamSink<FundingRateEvent>): Subscription {
    const { client, capabilities, expected, reads } = this.#parts;
    const call =
      client.has.watchMarkPrices === true && this.#parts.profile.fundingOf ? 'watchMarkPrices' : 'watchFundingRates';
    return this.#open(this.#funding, pairs, sink, {
      name: 'funding',
      expectedMs: expected.funding,
      isGrouped: true,
      ...(capabilities.streams.funding && { watch: (some: readonly string[]) => client[call](some) }),
      poll: (pair) => reads.fundingRate(pair),
    });
  }

  watchOpenInterest(pairs: readonly string[], sink: StreamSink<OpenInterestEvent>): Subscription {
    const { reads } = this.#parts;
    return this.#open(this.#openInterest, pairs, sink, {
      name: 'open interest',
      expectedMs: OPEN_INTEREST_MS,
      isGrouped: true,
      poll: (pair) => reads.openInterest(pair),
      pollMs: OPEN_INTEREST_MS,
    });
  }

  watchLiquidations(pairs: readonly string[], sink: StreamSink<LiquidationEvent>): Subscription {
    const { client, capabilities } = this.#parts;
    const isGrouped = client.has.watchLiquidationsForSymbols === true;
    return this.#open(this.#liquidations, pairs, sink, {
      name: 'liquidations',
      expectedMs: Number.POSITIVE_INFINITY,
      isGrouped,
      ...(capabilities.streams.liquidations && {
        watch: (some: readonly string[]) =>
          isGrouped ? client.watchLiquidationsForSymbols(some) : client.watchLiquidations(some[0]!),
      }),
    });
  }

  trade({ symbol, id, price, amount, side, timestamp }: CcxtTrade): void {
    if (!symbol || !price || !amount || !(side === 'buy' || side === 'sell')) return;
    const at = this.#stamp(symbol, timestamp);
    this.#lastPrice.set(symbol, price);
    const base = amount * this.#parts.contractSize(symbol);
    this.#tell(this.#trades, symbol, { ...at, id: id ?? null, price, amount: base, side });
  }

  book(book: CcxtBook, socket: CcxtSocket, hash: string): void {
    const pair = book.symbol;
    if (!pair) return;
    const bid = book.bids[0]?.[0];
    const ask = book.asks[0]?.[0];
    const { receivedAt } = this.#stamp(pair, book.timestamp);
    const isCrossed = bid !== undefined && ask !== undefined && bid >= ask;
    if (isCrossed || !bid || !ask) {
      for (const { feed } of this.#books)
        feed.spoiled(pair, isCrossed ? `crossed: bid ${bid}, ask ${ask}` : 'a side of the book is empty');
      // What is wrong stays wrong until somebody overwrites it: take the whole book anew.
      if (isCrossed) queueMicrotask(() => this.#forgetBook(pair, socket, hash));
      return;
    }
    this.#lastPrice.set(pair, (bid + ask) / 2);
    for (const { feed, sink, levels } of this.#books)
      if (feed.follows(pair)) {
        feed.heard(pair);
        sink.event(this.#parts.reads.bookEvent(pair, book, levels, receivedAt));
      }
  }

  ticker(ticker: CcxtTicker): void {
    const pair = ticker.symbol;
    if (!pair) return;
    const { receivedAt } = this.#stamp(pair, ticker.timestamp);
    const funding = this.#parts.profile.fundingOf?.(ticker);
    if (funding) return this.funding({ ...funding, symbol: pair, timestamp: ticker.timestamp });
    const event = tickerOf(ticker, receivedAt);
    if (!event) return;
    if (event.last > 0) this.#lastPrice.set(pair, event.last);
    this.#tell(this.#tickers, pair, event);
  }

  funding(funding: CcxtFunding): void {
    const pair = funding.symbol;
    if (!pair) return;
    const { receivedAt } = this.#stamp(pair, funding.timestamp);
    this.#tell(this.#funding, pair, this.#parts.reads.fundingEvent(pair, funding, receivedAt));
  }

  liquidation({ symbol, price, contracts, side, timestamp, info }: CcxtLiquidation): void {
    if (!symbol || !price || !contracts) return;
    const raw = String(side ?? (info as { readonly S?: unknown } | undefined)?.S ?? '').toLowerCase();
    const amount = contracts * this.#parts.contractSize(symbol);
    const event = {
      ...this.#stamp(symbol, timestamp),
      side: raw === 'buy' ? ('buy' as const) : ('sell' as const),
      price,
      amount,
    };
    this.#tell(this.#liquidations, symbol, event);
  }

  close(): void {
    for (const channels of [
      this.#trades,
      this.#books,
      this.#tickers,
      this.#funding,
      this.#liquidations,
      this.#openInterest,
    ])
      for (const { feed } of channels) feed.close();
  }

  #open<Event extends Stamped>(
    channels: Set<Channel<Event>>,
    pairs: readonly string[],
    sink: StreamSink<Event>,
    how: {
      readonly name: string;
      readonly levels?: number;
      readonly expectedMs: number;
      readonly isGrouped: boolean;
      readonly watch?: (pairs: readonly string[]) => Promise<unknown>;
      readonly poll?: (pair: string) => Promise<Event | undefined>;
      readonly pollMs?: number;
    },
  ): Subscription {
    const { clock, rng, reset } = this.#parts;
    const { name, levels = 0, expectedMs, isGrouped, watch = null, poll, pollMs = POLL_MS } = how;
    const parts: FeedParts<Event> = {
      name,
      clock,
      rng: rng.fork(name),
      sink,
      reset,
      watch,
      pollMs,
      staleMs: expectedMs * STALE_INTERVALS,
      groupSize: isGrouped ? PAIRS_PER_SUBSCRIPTION : 1,
      poll: poll
        ? async (pair) => {
            const event = await poll(pair);
            if (!event || !feed.follows(pair)) return;
            feed.polled(pair);
            sink.event(event);
          }
        : null,
    };
    const feed = new Feed(parts, pairs);
    const channel = { sink, feed, levels };
    channels.add(channel);
    return {
      get pairs() {
        return feed.pairs;
      },
      setPairs: (next) => feed.setPairs(next),
      close() {
        channels.delete(channel);
        feed.close();
      },
    };
  }

  #tell<Event extends Stamped>(channels: ReadonlySet<Channel<Event>>, pair: string, event: Event): void {
    for (const { feed, sink } of channels)
      if (feed.follows(pair)) {
        feed.heard(pair);
        sink.event(event);
      }
  }

  #stamp(pair: string, timestamp: number | undefined | null): Stamped {
    const { clock, marketClock } = this.#parts;
    if (timestamp) marketClock.heard(timestamp);
    return { pair, exchangeTime: timestamp ?? marketClock.now(), receivedAt: clock.now() };
  }

  /** As ccxt does it when a sequence breaks: the next watch subscribes and takes a snapshot. */
  #forgetBook(pair: string, socket: CcxtSocket, hash: string): void {
    const { client } = this.#parts;
    delete (client.orderbooks as Record<string, unknown>)[pair];
    delete (socket.subscriptions as Record<string, unknown>)[hash];
    socket.reject(new Error(`the book of ${pair} is crossed`), hash);
  }
}
