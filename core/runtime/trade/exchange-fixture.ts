import type { InstrumentSpec } from '../../domain/instrument.ts';
import type {
  AccountEvent,
  CandleEvent,
  ConnectionEvent,
  ExchangeOrder,
  ExchangePort,
  FundingRateEvent,
  OpenInterestEvent,
  OrderRef,
  OrderRequest,
  Outcome,
  RefusalCode,
  StreamSink,
  Subscription,
  TradeStreamEvent,
} from '../../ports/exchange.ts';
import { round, type TestVenue, type Trouble } from './venue-fixture.ts';

/** A bot's connection to a test venue. Streams speak at once; `deaf` ones lose what happens. */
export class TestExchange implements ExchangePort {
  readonly name = 'test';
  readonly kind = 'perpetual';
  readonly account = 'test:perpetual';
  readonly capabilities: ExchangePort['capabilities'];
  readonly venue: TestVenue;
  isDeaf = false;
  isClosed = false;
  calls: string[] = [];
  #candles: (readonly [frame: string, sink: StreamSink<CandleEvent>])[] = [];
  #trades: StreamSink<TradeStreamEvent>[] = [];
  #funding: StreamSink<FundingRateEvent>[] = [];
  #interest: StreamSink<OpenInterestEvent>[] = [];
  #accounts: ((event: AccountEvent) => void)[] = [];
  #connections: ((event: ConnectionEvent) => void)[] = [];

  constructor(venue: TestVenue, changes: Partial<ExchangePort['capabilities']> = {}) {
    this.venue = venue;
    venue.listeners.push(this);
    const streams = {
      candles: true,
      trades: true,
      book: false,
      tickers: true,
      funding: true,
      liquidations: false,
      account: true,
    };
    this.capabilities = {
      streams,
      openInterest: false,
      shorts: true,
      leverage: true,
      marginModes: ['isolated'],
      stops: true,
      stopReplace: 'overlap',
      stopTrigger: ['last'],
      amend: false,
      amendInPlace: false,
      pairedExits: false,
      postOnly: true,
      reduceOnly: true,
      timeInForce: ['GTC'],
      lookUpByClientId: true,
      fundingPayments: true,
      keyPermissions: true,
      deadMansSwitch: false,
      ...changes,
    };
  }

  async open(): Promise<void> {}
  async close(): Promise<void> {
    this.isClosed = true;
    this.venue.listeners = this.venue.listeners.filter((l) => l !== this);
  }

  candle(candle: CandleEvent, frame: string): void {
    if (!this.isDeaf) for (const [heard, sink] of this.#candles) if (heard === frame) sink.event(candle);
  }
  heard(pair: string, price: number): void {
    const stamp = { exchangeTime: this.venue.now, receivedAt: this.venue.now };
    for (const sink of this.#trades) sink.event({ pair, price, amount: 10, side: 'buy', id: null, ...stamp });
  }
  /** What the venue streams of a perpetual. */
  rate(event: FundingRateEvent): void {
    for (const sink of this.#funding) sink.event(event);
  }
  interest(event: OpenInterestEvent): void {
    for (const sink of this.#interest) sink.event(event);
  }
  /** The funding stream of a pair has gone stale, or speaks again. */
  fundingState(pair: string, state: 'live' | 'stale'): void {
    for (const sink of this.#funding) sink.state?.({ pair, state, at: this.venue.now, reason: 'the test says so' });
  }
  tell(event: AccountEvent): void {
    if (!this.isDeaf) for (const sink of this.#accounts) sink(event);
  }
  connection(event: ConnectionEvent): void {
    for (const sink of this.#connections) sink(event);
  }

  async loadMarkets() {
    return this.venue.specs;
  }
  market(pair: string): InstrumentSpec | null {
    return this.venue.specs.find((s) => s.pair === pair) ?? null;
  }
  async serverTime(): Promise<number> {
    return this.venue.now;
  }
  now(): number {
    return this.venue.now;
  }
  async fetchCandles(pair: string, frame: string, since: number, limit: number) {
    return (this.venue.candles.get(`${pair} ${frame}`) ?? []).filter((c) => c.openTime >= since).slice(0, limit);
  }
  async fetchTickers(pairs: readonly string[] = []) {
    const stamp = { exchangeTime: this.venue.now, receivedAt: this.venue.now };
    return pairs.map((pair) => {
      const last = this.venue.prices.get(pair)!;
      return { pair, last, bid: last, ask: last, quoteVolume: 1e9, change: 0, ...stamp };
    });
  }
  async fetchBook(): Promise<never> {
    throw new Error('no book');
  }
  async fetchFundingRates(pair: string, since: number) {
    return this.venue.fundingRates.filter((f) => f.pair === pair && f.at >= since);
  }
  async fetchMarkCandles(pair: string, frame: string, since: number, limit: number) {
    const rows = (this.venue.candles.get(`${pair} ${frame}`) ?? []).filter((c) => c.openTime >= since).slice(0, limit);
    // A tenth of a percent above what is traded.
    const above = (x: number) => Math.round(x * 1.001 * 1e6) / 1e6;
    return rows.map(({ open, high, low, close, ...row }) => {
      return { ...row, open: above(open), high: above(high), low: above(low), close: above(close), volume: 0 };
    });
  }
  async fetchOpenInterestHistory(pair: string, since: number) {
    return this.venue.openInterest.filter((row) => row.pair === pair && row.exchangeTime >= since);
  }

  watchCandles(pairs: readonly string[], frame: string, sink: StreamSink<CandleEvent>): Subscription {
    return this.#subscribe(this.#candles, [frame, sink], pairs);
  }
  watchTrades(pairs: readonly string[], sink: StreamSink<TradeStreamEvent>): Subscription {
    return this.#subscribe(this.#trades, sink, pairs);
  }
  watchBook = this.#silent();
  watchTickers = this.#silent();
  watchFunding(pairs: readonly string[], sink: StreamSink<FundingRateEvent>): Subscription {
    return this.#subscribe(this.#funding, sink, pairs);
  }
  watchOpenInterest(pairs: readonly string[], sink: StreamSink<OpenInterestEvent>): Subscription {
    return this.#subscribe(this.#interest, sink, pairs);
  }
  watchLiquidations = this.#silent();
  watchAccount(sink: (event: AccountEvent) => void): Subscription {
    return this.#subscribe(this.#accounts, sink, []);
  }
  watchConnection(sink: (event: ConnectionEvent) => void): { close(): void } {
    return this.#subscribe(this.#connections, sink, []);
  }

  submit(request: OrderRequest): Promise<Outcome> {
    return this.#call(`submit ${request.kind}`, () => this.venue.submit(request));
  }
  async submitPair(): Promise<never> {
    throw new Error('no pairs');
  }
  cancel(ref: OrderRef): Promise<Outcome> {
    return this.#call('cancel', () => this.venue.cancel(ref));
  }
  async amend(ref: OrderRef, to: OrderRequest): Promise<Outcome> {
    const how = this.capabilities.stopReplace;
    if (how !== 'amend' && how !== 'replace')
      return { outcome: 'denied', code: 'unsupported', reason: 'no', until: null };
    return this.#call('amend', () => this.venue.move(ref, to, how));
  }
  async lookUp(ref: OrderRef) {
    await this.#reach('lookUp');
    const order = this.venue.find(ref);
    return order ? { found: 'order' as const, order: { ...order } } : { found: 'absent' as const };
  }
  async openOrders() {
    await this.#reach('openOrders');
    return this.venue.orders.filter((o) => o.state === 'working').map((o) => ({ ...o }));
  }
  async fills(pairs: readonly string[], since: number) {
    await this.#reach('fills');
    return this.venue.fills.filter((f) => pairs.includes(f.pair) && f.at >= since);
  }
  async fundingPayments(since: number) {
    await this.#reach('fundingPayments');
    return this.venue.payments.filter((p) => p.at >= since);
  }
  async balances() {
    await this.#reach('balances');
    const total = this.venue.wallet;
    return [{ asset: 'USDT', free: total, locked: 0, total }];
  }
  async positions() {
    await this.#reach('positions');
    return [...this.venue.positions].flatMap(([pair, { amount, cost }]) => {
      if (round(amount) === 0) return [];
      const side = amount > 0 ? ('long' as const) : ('short' as const);
      const entryPrice = cost / amount;
      const rest = { liquidationPrice: null, leverage: null, marginMode: null };
      return [
        { pair, side, amount: round(Math.abs(amount)), entryPrice, markPrice: this.venue.prices.get(pair)!, ...rest },
      ];
    });
  }
  async setLeverage() {
    return { outcome: 'changed' as const };
  }
  async setMarginMode() {
    return { outcome: 'changed' as const };
  }
  async setPositionMode() {
    return { outcome: 'changed' as const };
  }
  async settings() {
    return { leverage: 1, marginMode: 'isolated' as const, positionMode: 'one-way' as const };
  }
  async keyPermissions() {
    return { read: true, trade: true, withdraw: false };
  }
  async deadMansSwitch() {
    return false;
  }

  async #reach(call: string): Promise<Trouble> {
    this.calls.push(call);
    await Promise.resolve();
    if (this.isClosed) await new Promise(() => {});
    const trouble = this.venue.trouble(call);
    if (trouble === 'lost' && !call.startsWith('submit') && call !== 'cancel') throw new Error('EXCHANGE_UNAVAILABLE');
    return trouble;
  }

  async #call(call: string, work: () => ExchangeOrder | RefusalCode): Promise<Outcome> {
    const trouble = await this.#reach(call);
    if (trouble === 'lost') return { outcome: 'unknown', cause: 'reset before' };
    const code = trouble !== null && trouble !== 'unheard' ? trouble : work();
    if (trouble === 'unheard') return { outcome: 'unknown', cause: 'reset after' };
    if (typeof code === 'string')
      return { outcome: 'refused', code: code as RefusalCode, reason: code, venueCode: null };
    return { outcome: 'confirmed', order: code };
  }

  #subscribe<T>(list: T[], sink: T, pairs: readonly string[]): Subscription {
    list.push(sink);
    return { pairs, setPairs() {}, close: () => void list.splice(list.indexOf(sink), 1) };
  }

  #silent() {
    return (): Subscription => ({ pairs: [], setPairs() {}, close() {} });
  }
}
