import type { InstrumentSpec } from '../../domain/instrument.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { Rng } from '../../foundation/rng.ts';
import type {
  AccountEvent,
  BookStreamEvent,
  CandleEvent,
  ConnectionEvent,
  ExchangeCapabilities,
  ExchangePort,
  FundingRateEvent,
  LiquidationEvent,
  OpenInterestEvent,
  OrderRef,
  OrderRequest,
  Outcome,
  StreamSink,
  TickerEvent,
  TradeStreamEvent,
} from '../../ports/exchange.ts';
import type { ExchangeClock } from '../exchange-clock.ts';
import type { LimiterPool } from '../limiter-pool.ts';
import { MarketClock } from '../market-clock.ts';
import { AccountDesk } from './account-desk.ts';
import { AccountStream } from './account-stream.ts';
import { CandleDesk } from './candle-desk.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { CcxtClient } from './ccxt-client.ts';
import { ConnectionState } from './connection-state.ts';
import { MarketReads } from './market-reads.ts';
import { OrderDesk } from './order-desk.ts';
import { RequestDesk, readError } from './request-desk.ts';
import { SocketDesk } from './socket-desk.ts';
import { SpecDesk } from './spec-desk.ts';
import { EXPECTED_MS, type Expected, StreamDesk, type StreamDeskParts } from './stream-desk.ts';
import { VenueClock } from './venue-clock.ts';
import type { VenueProfile } from './venue-profile.ts';

/** Pairs whose ticker tells the market's time at the start. */
const CLOCK_PAIRS = ['BTC/USDT:USDT', 'BTC/USDC:USDC', 'BTC/USDT', 'BTC/USD', 'BTC/USDC'];

export interface CcxtExchangeParts {
  readonly name: string;
  readonly kind: 'spot' | 'perpetual';
  readonly client: CcxtClient;
  readonly profile: VenueProfile;
  readonly limits: LimiterPool;
  /** The limits are this account's alone: what waits is refused when it closes. */
  readonly ownsLimits: boolean;
  readonly clock: ExchangeClock;
  readonly rng: Rng;
  /** Struck out of every message. Empty: there is no key. */
  readonly secrets: readonly string[];
  readonly expected?: Partial<Expected>;
  /** Market time after a candle's close at which REST is asked for it, ms. */
  readonly candleGraceMs?: number;
}

/** An exchange through ccxt: the desks that do the work, behind one port. The client must be its own: it is wrapped. */
export class CcxtExchange implements ExchangePort {
  readonly name: string;
  readonly kind: 'spot' | 'perpetual';
  readonly account: string;
  readonly capabilities: ExchangeCapabilities;
  readonly #parts: CcxtExchangeParts;
  readonly #connection: ConnectionState;
  readonly #requests: RequestDesk;
  readonly #venueClock: VenueClock;
  readonly #marketClock: MarketClock;
  readonly #specs: SpecDesk;
  readonly #reads: MarketReads;
  readonly #streams: StreamDesk;
  readonly #candles: CandleDesk;
  readonly #accountReads: AccountDesk;
  readonly #accountStream: AccountStream;
  readonly #orders: OrderDesk;
  readonly #sockets: SocketDesk;
  readonly #unsubscribe: () => void;

  constructor(parts: CcxtExchangeParts) {
    const { name, kind, client, profile, limits, clock, rng, secrets } = parts;
    this.#parts = parts;
    this.name = name;
    this.kind = kind;
    this.account = `${name}:${kind}`;
    this.capabilities = capabilitiesOf(client, profile, kind);
    const connection = new ConnectionState(clock);
    this.#connection = connection;
    this.#unsubscribe = limits.onBan((until, reason) => connection.banned(until, reason));
    this.#requests = new RequestDesk({
      client,
      profile,
      limits,
      clock,
      rng: rng.fork('requests'),
      secrets,
      syncClock: async () => void (await this.#venueClock.sync()),
      onFailure: (failure) => connection.failed(failure),
      onAnswer: () => connection.answered(),
    });
    this.#venueClock = new VenueClock({
      client,
      clock,
      ask: () => this.#requests.read('reconcile', () => client.fetchTime()),
      jumped: (offsetMs) => connection.clockOff(offsetMs),
    });
    this.#marketClock = new MarketClock(() => this.now());
    const hasKey = secrets.length > 0;
    this.#specs = new SpecDesk({
      exchange: name,
      kind,
      client,
      requests: this.#requests,
      hasKey,
      now: () => this.now(),
    });
    const market = (pair: string) => this.#specs.get(pair);
    const shared = {
      client,
      profile,
      capabilities: this.capabilities,
      kind,
      clock,
      requests: this.#requests,
      marketClock: this.#marketClock,
      market,
      contractSize: (pair: string) => market(pair)?.contractSize ?? 1,
    };
    this.#reads = new MarketReads(shared);
    const streaming: StreamDeskParts & { readonly graceMs?: number } = {
      ...shared,
      rng: rng.fork('streams'),
      reads: this.#reads,
      expected: { ...EXPECTED_MS, ...parts.expected },
      reset: (pairs, reason) => this.#sockets.reset(pairs, reason),
      ...(parts.candleGraceMs !== undefined && { graceMs: parts.candleGraceMs }),
    };
    this.#streams = new StreamDesk(streaming);
    this.#candles = new CandleDesk(streaming);
    this.#accountReads = new AccountDesk({ ...shared, now: () => this.#marketClock.now() });
    this.#accountStream = new AccountStream({
      ...shared,
      rng: rng.fork('account'),
      onDeaf: (reason) => this.#sockets.relogin(reason),
      onTrouble: (error) => this.#requests.told(error),
      urgently: (watch) => this.#requests.within('entry', watch),
    });
    this.#orders = new OrderDesk({
      ...shared,
      referencePrice: (pair) => this.#referencePrice(pair),
      marginModeOf: (pair) => this.#accountReads.marginModeOf(pair),
    });
    this.#sockets = new SocketDesk({
      ...shared,
      streams: this.#streams,
      candles: this.#candles,
      account: this.#accountStream,
      connection,
    });
  }

  async open(): Promise<void> {
    await this.#read('opening', async () => {
      await this.#venueClock.sync();
      await this.#specs.load();
      await this.#hearMarketTime();
    });
    this.#venueClock.keep();
    this.#connection.connected();
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#requests.close();
    for (const desk of [this.#venueClock, this.#streams, this.#candles, this.#accountStream, this.#sockets])
      desk.close();
    this.#connection.close();
    if (this.#parts.ownsLimits) this.#parts.limits.close();
    await this.#parts.client.close();
  }

  async loadMarkets(pairs: readonly string[] = []): Promise<readonly InstrumentSpec[]> {
    await this.#read('markets', () => this.#specs.load(pairs));
    return this.#specs.all;
  }

  market(pair: string) {
    return this.#specs.get(pair);
  }

  serverTime() {
    return this.#read('time', () => this.#venueClock.sync());
  }

  now(): number {
    return this.#venueClock.now();
  }

  fetchCandles(pair: string, timeframe: string, sinceMs: number, limit: number) {
    return this.#read(`candles of ${pair}`, () => this.#reads.candles(pair, timeframe, sinceMs, limit));
  }

  fetchTickers(pairs?: readonly string[]) {
    return this.#read('tickers', () => this.#reads.tickers(pairs));
  }

  fetchBook(pair: string, levels: number) {
    return this.#read(`book of ${pair}`, () => this.#reads.book(pair, levels));
  }

  fetchFundingRates(pair: string, sinceMs: number) {
    return this.#read(`funding rates of ${pair}`, () => this.#reads.fundingHistory(pair, sinceMs));
  }

  fetchMarkCandles(pair: string, timeframe: string, sinceMs: number, limit: number) {
    return this.#read(`mark prices of ${pair}`, () => this.#reads.candles(pair, timeframe, sinceMs, limit, 'mark'));
  }

  fetchOpenInterestHistory(pair: string, sinceMs: number, limit: number) {
    return this.#read(`open interest of ${pair}`, () => this.#reads.openInterestHistory(pair, sinceMs, limit));
  }

  watchCandles(pairs: readonly string[], timeframe: string, sink: StreamSink<CandleEvent>) {
    return this.#candles.watch(pairs, timeframe, sink);
  }

  watchTrades(pairs: readonly string[], sink: StreamSink<TradeStreamEvent>) {
    return this.#streams.watchTrades(pairs, sink);
  }

  watchBook(pairs: readonly string[], levels: number, sink: StreamSink<BookStreamEvent>) {
    return this.#streams.watchBook(pairs, levels, sink);
  }

  watchTickers(pairs: readonly string[], sink: StreamSink<TickerEvent>) {
    return this.#streams.watchTickers(pairs, sink);
  }

  watchFunding(pairs: readonly string[], sink: StreamSink<FundingRateEvent>) {
    return this.#streams.watchFunding(pairs, sink);
  }

  watchOpenInterest(pairs: readonly string[], sink: StreamSink<OpenInterestEvent>) {
    return this.#streams.watchOpenInterest(pairs, sink);
  }

  watchLiquidations(pairs: readonly string[], sink: StreamSink<LiquidationEvent>) {
    return this.#streams.watchLiquidations(pairs, sink);
  }

  watchAccount(sink: (event: AccountEvent) => void) {
    return this.#accountStream.watch(sink);
  }

  watchConnection(sink: (event: ConnectionEvent) => void) {
    return this.#connection.watch(sink);
  }

  async submit(request: OrderRequest): Promise<Outcome> {
    return this.#expected(await this.#orders.submit(request));
  }

  async submitPair(stop: OrderRequest, limit: OrderRequest): Promise<readonly [Outcome, Outcome]> {
    const [first, second] = await this.#orders.submitPair(stop, limit);
    return [this.#expected(first), this.#expected(second)];
  }

  cancel(ref: OrderRef) {
    return this.#orders.cancel(ref);
  }

  async amend(ref: OrderRef, to: OrderRequest): Promise<Outcome> {
    return this.#orders.amend(ref, to);
  }

  lookUp(ref: OrderRef, sentAtMs: number) {
    return this.#orders.lookUp(ref, sentAtMs);
  }

  openOrders(pairs?: readonly string[]) {
    return this.#read('open orders', () => this.#accountReads.openOrders(pairs));
  }

  fills(pairs: readonly string[], sinceMs: number) {
    return this.#read('own fills', () => this.#accountReads.fills(pairs, sinceMs));
  }

  fundingPayments(sinceMs: number) {
    return this.#read('funding payments', () => this.#accountReads.fundingPayments(sinceMs));
  }

  balances() {
    return this.#read('balances', () => this.#accountReads.balances());
  }

  positions() {
    return this.#read('positions', () => this.#accountReads.positions());
  }

  setLeverage(pair: string, leverage: number) {
    return this.#accountReads.setLeverage(pair, leverage);
  }

  setMarginMode(pair: string, mode: 'isolated' | 'cross') {
    return this.#accountReads.setMarginMode(pair, mode);
  }

  setPositionMode(mode: 'one-way' | 'hedge') {
    return this.#accountReads.setPositionMode(mode);
  }

  settings(pair: string) {
    return this.#read(`settings of ${pair}`, () => this.#accountReads.settings(pair));
  }

  keyPermissions() {
    return this.#read('key permissions', () => this.#accountReads.keyPermissions());
  }

  deadMansSwitch(ms: number, pairs: readonly string[]) {
    return this.#read("dead man's switch", () => this.#accountReads.deadMansSwitch(ms, pairs));
  }

  async #read<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw error instanceof TidegateError ? error : readError(error, this.name, what);
    }
  }

  /** A confirmed order should come on the private stream soon. */
  #expected(outcome: Outcome): Outcome {
    if (outcome.outcome === 'confirmed') this.#accountStream.expect(outcome.order);
    return outcome;
  }

  /** A replay's market has a time of its own: one ticker tells it before the first event. */
  async #hearMarketTime(): Promise<void> {
    const { client } = this.#parts;
    const pair = CLOCK_PAIRS.find((name) => this.#specs.get(name)) ?? this.#specs.all[0]?.pair;
    if (pair === undefined) return;
    const result = await this.#requests.once('data', () => client.fetchTicker(pair));
    if ('value' in result && result.value.timestamp) this.#marketClock.heard(result.value.timestamp);
  }

  async #referencePrice(pair: string): Promise<number> {
    const known = this.#streams.lastPrice(pair);
    if (known > 0) return known;
    const { client } = this.#parts;
    const result = await this.#requests.once('entry', () => client.fetchOrderBook(pair, 5));
    if (!('value' in result)) return Number.NaN;
    const { bids, asks } = result.value;
    return ((bids[0]?.[0] ?? Number.NaN) + (asks[0]?.[0] ?? Number.NaN)) / 2;
  }
}
