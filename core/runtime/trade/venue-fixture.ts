import type { InstrumentSpec } from '../../domain/instrument.ts';
import { timeframe } from '../../domain/timeframe.ts';
import type {
  AccountEvent,
  CandleEvent,
  ConnectionEvent,
  ExchangeFill,
  ExchangeOrder,
  ExchangePort,
  FundingPayment,
  OrderRef,
  OrderRequest,
  Outcome,
  RefusalCode,
  StreamSink,
  Subscription,
  TradeStreamEvent,
} from '../../ports/exchange.ts';
import { testSpec } from '../../testing/trading-fakes.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What goes wrong with a call: `lost` before it is carried out, `unheard` after; or a refusal. */
export type Trouble = 'lost' | 'unheard' | RefusalCode | null;

/** The truth of a perpetual venue in memory: it outlives the bots that connect to it. Prices move only when a test says so. */
export class TestVenue {
  readonly orders: Mutable<ExchangeOrder>[] = [];
  readonly fills: ExchangeFill[] = [];
  readonly payments: FundingPayment[] = [];
  readonly prices = new Map<string, number>();
  readonly specs: readonly InstrumentSpec[];
  readonly positions = new Map<string, { amount: number; cost: number }>();
  readonly candles = new Map<string, CandleEvent[]>();
  wallet: number;
  now: number;
  listeners: TestExchange[] = [];
  /** Asked before each call that could go wrong. */
  trouble: (call: string) => Trouble = () => null;
  /** Shares of an order's rest that a match fills. */
  share = 1;

  constructor(now: number, pairs: readonly string[], wallet = 10_000) {
    this.now = now;
    this.wallet = wallet;
    this.specs = pairs.map((pair) => testSpec({ exchange: 'test', pair, base: pair.split('/')[0]! }));
    for (const pair of pairs) this.prices.set(pair, 100);
  }

  get feeRate(): number {
    return 0.0005;
  }

  signed(pair: string): number {
    return round(this.positions.get(pair)?.amount ?? 0);
  }

  /** A trade print: resting orders match, stops go off. */
  price(pair: string, price: number): void {
    this.prices.set(pair, price);
    for (const bot of this.listeners) bot.heard(pair, price);
    for (let again = true; again; ) {
      again = false;
      for (const order of [...this.orders]) {
        if (order.pair !== pair || order.state !== 'working') continue;
        const buys = order.side === 'buy';
        const isHit = order.isTrigger
          ? buys === price >= order.price! && (buys ? price >= order.price! : price <= order.price!)
          : buys
            ? price < order.price!
            : price > order.price!;
        if (!isHit) continue;
        again = true;
        if (order.isTrigger) this.#trigger(order);
        else this.match(order, order.price!, true);
        break;
      }
    }
  }

  /** Closes a candle of every pair. */
  close(frame: string, rows: Readonly<Record<string, readonly [number, number, number, number]>>): void {
    const openTime = timeframe(frame).openOf(this.now);
    this.now = timeframe(frame).closeOf(openTime);
    for (const [pair, [open, high, low, close]] of Object.entries(rows)) {
      for (const price of [high, low, close]) this.price(pair, price);
      const stamp = { exchangeTime: this.now, receivedAt: this.now };
      const candle = { pair, openTime, open, high, low, close, volume: 1e6, closedBy: 'flag' as const, ...stamp };
      this.candles.set(pair, [...(this.candles.get(pair) ?? []), candle]);
      for (const bot of this.listeners) bot.candle(candle);
    }
  }

  submit(request: OrderRequest): ExchangeOrder | RefusalCode {
    if (this.orders.some((o) => o.clientOrderId === request.clientOrderId)) return 'duplicate-id';
    const { pair, side, kind, amount, clientOrderId } = request;
    const price = this.prices.get(pair)!;
    const signed = this.signed(pair);
    const sign = side === 'buy' ? 1 : -1;
    if (request.reduceOnly && kind !== 'stop' && signed * sign >= 0) return 'reduce-only';
    if (kind === 'stop' && (side === 'buy' ? price >= request.price! : price <= request.price!)) return 'would-trigger';
    const order: Mutable<ExchangeOrder> = {
      pair,
      exchangeId: String(this.orders.length + 1),
      clientOrderId,
      side,
      kind,
      isTrigger: kind === 'stop',
      price: request.price ?? null,
      amount,
      filled: 0,
      average: null,
      state: 'working',
      reduceOnly: request.reduceOnly ?? false,
      childId: null,
      reason: null,
      isLiquidation: false,
      createdAt: this.now,
      updatedAt: this.now,
    };
    this.orders.push(order);
    const takes = kind === 'limit' && (side === 'buy' ? price <= request.price! : price >= request.price!);
    if (kind === 'market' || takes) this.match(order, price, false);
    else this.tell({ kind: 'order', order: { ...order } });
    return { ...order };
  }

  /** Fills what `share` allows of an order. */
  match(order: Mutable<ExchangeOrder>, price: number, isMaker: boolean): void {
    const { pair, side } = order;
    const sign = side === 'buy' ? 1 : -1;
    const position = this.positions.get(pair) ?? { amount: 0, cost: 0 };
    let left = round(order.amount - order.filled);
    if (order.reduceOnly) left = round(Math.min(left, Math.max(0, -sign * position.amount)));
    const parts = this.share === 1 || left <= 0.002 ? [left] : [round(Math.floor(left * this.share * 1e3) / 1e3)];
    if (parts[0]! < left && order.kind === 'market') parts.push(round(left - parts[0]!));
    for (const amount of parts) {
      if (amount <= 0) continue;
      const fee = amount * price * this.feeRate;
      const isClosing = position.amount * sign < 0;
      const average = position.amount === 0 ? 0 : position.cost / position.amount;
      if (isClosing) this.wallet += amount * -sign * (price - average);
      position.cost += isClosing ? sign * amount * average : sign * amount * price;
      position.amount = round(position.amount + sign * amount);
      this.wallet -= fee;
      order.filled = round(order.filled + amount);
      const { exchangeId: orderId, clientOrderId } = order;
      const id = String(this.fills.length + 1);
      const fill = { pair, exchangeId: id, orderId, clientOrderId, side, price, amount, fee, feeAsset: 'USDT' };
      this.fills.push({ ...fill, isMaker, isLiquidation: false, at: this.now });
      this.positions.set(pair, position);
      this.tell({ kind: 'fill', fill: this.fills.at(-1)! });
    }
    const isOver = order.filled >= order.amount - 1e-12;
    if (isOver) order.state = 'filled';
    else if (order.reduceOnly && position.amount * sign >= 0) order.state = 'cancelled';
    this.tell({ kind: 'order', order: { ...order } });
  }

  cancel(ref: OrderRef): ExchangeOrder | RefusalCode {
    const order = this.find(ref);
    if (order === undefined || order.state !== 'working') return 'order-not-found';
    order.state = 'cancelled';
    this.tell({ kind: 'order', order: { ...order } });
    return { ...order };
  }

  find({ clientOrderId, exchangeId }: Pick<OrderRef, 'clientOrderId' | 'exchangeId'>) {
    return this.orders.find((o) => (exchangeId ? o.exchangeId === exchangeId : o.clientOrderId === clientOrderId));
  }

  tell(
    event:
      | { readonly kind: 'order'; readonly order: ExchangeOrder }
      | { readonly kind: 'fill'; readonly fill: ExchangeFill },
  ): void {
    const stamp = { exchangeTime: this.now, receivedAt: this.now };
    for (const bot of this.listeners) bot.tell({ ...event, ...stamp } as AccountEvent);
  }

  #trigger(order: Mutable<ExchangeOrder>): void {
    const child: Mutable<ExchangeOrder> = {
      ...order,
      exchangeId: `${order.exchangeId}c`,
      clientOrderId: null,
      kind: 'market',
      isTrigger: false,
      price: null,
    };
    order.state = 'triggered';
    order.childId = child.exchangeId;
    this.orders.push(child);
    this.tell({ kind: 'order', order: { ...order } });
    this.match(child, this.prices.get(order.pair)!, false);
  }
}

const round = (x: number) => Math.round(x * 1e9) / 1e9;

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
  #candles: StreamSink<CandleEvent>[] = [];
  #trades: StreamSink<TradeStreamEvent>[] = [];
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

  candle(candle: CandleEvent): void {
    if (!this.isDeaf) for (const sink of this.#candles) sink.event(candle);
  }
  heard(pair: string, price: number): void {
    const stamp = { exchangeTime: this.venue.now, receivedAt: this.venue.now };
    for (const sink of this.#trades) sink.event({ pair, price, amount: 10, side: 'buy', id: null, ...stamp });
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
  async fetchCandles(pair: string, _frame: string, since: number, limit: number) {
    return (this.venue.candles.get(pair) ?? []).filter((c) => c.openTime >= since).slice(0, limit);
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
  async fetchFundingRates() {
    return [];
  }

  watchCandles(pairs: readonly string[], _frame: string, sink: StreamSink<CandleEvent>): Subscription {
    return this.#subscribe(this.#candles, sink, pairs);
  }
  watchTrades(pairs: readonly string[], sink: StreamSink<TradeStreamEvent>): Subscription {
    return this.#subscribe(this.#trades, sink, pairs);
  }
  watchBook = this.#silent();
  watchTickers = this.#silent();
  watchFunding = this.#silent();
  watchOpenInterest = this.#silent();
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
  cancel(ref: OrderRef): Promise<Outcome> {
    return this.#call('cancel', () => this.venue.cancel(ref));
  }
  async amend(): Promise<Outcome> {
    return { outcome: 'denied', code: 'unsupported', reason: 'no', until: null };
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
