import type { InstrumentSpec } from '../../domain/instrument.ts';
import { timeframe } from '../../domain/timeframe.ts';
import type {
  AccountEvent,
  CandleEvent,
  ExchangeFill,
  ExchangeOrder,
  FundingPayment,
  OpenInterestEvent,
  OrderRef,
  OrderRequest,
  RefusalCode,
} from '../../ports/exchange.ts';
import { testSpec } from '../../testing/trading-fakes.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What goes wrong with a call: `lost` before it is carried out, `unheard` after; or a refusal. */
export type Trouble = 'lost' | 'unheard' | RefusalCode | null;

/** Open, high, low, close, and volume where that matters. */
export type VenueCandle = readonly [number, number, number, number, number?];

/** What a venue tells of what happens. */
interface VenueListener {
  candle(candle: CandleEvent, frame: string): void;
  heard(pair: string, price: number): void;
  tell(event: AccountEvent): void;
}

/** The truth of a perpetual venue in memory: it outlives the bots that connect to it. Prices move only when a test says so. */
export class TestVenue {
  readonly orders: Mutable<ExchangeOrder>[] = [];
  readonly fills: ExchangeFill[] = [];
  readonly payments: FundingPayment[] = [];
  readonly fundingRates: { readonly pair: string; readonly at: number; readonly rate: number }[] = [];
  readonly openInterest: OpenInterestEvent[] = [];
  readonly prices = new Map<string, number>();
  readonly specs: readonly InstrumentSpec[];
  readonly positions = new Map<string, { amount: number; cost: number }>();
  /** By pair and timeframe: `BTC/USDT:USDT 5m`. */
  readonly candles = new Map<string, CandleEvent[]>();
  wallet: number;
  now: number;
  listeners: VenueListener[] = [];
  /** Asked before each call that could go wrong. */
  trouble: (call: string) => Trouble = () => null;
  /** Stops that were moved by one request. */
  moves = 0;
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

  /** Closes a candle of every pair. @param prints its prices trade; without, shorter candles have told them */
  close(frame: string, rows: Readonly<Record<string, VenueCandle>>, prints = true): void {
    const openTime = timeframe(frame).openOf(this.now);
    this.now = timeframe(frame).closeOf(openTime);
    for (const [pair, [open, high, low, close, volume = 1e6]] of Object.entries(rows)) {
      for (const price of prints ? [high, low, close] : []) this.price(pair, price);
      const stamp = { exchangeTime: this.now, receivedAt: this.now };
      const candle = { pair, openTime, open, high, low, close, volume, closedBy: 'flag' as const, ...stamp };
      const key = `${pair} ${frame}`;
      this.candles.set(key, [...(this.candles.get(key) ?? []), candle]);
      for (const bot of this.listeners) bot.candle(candle, frame);
    }
  }

  submit(request: OrderRequest, isLiquidation = false): ExchangeOrder | RefusalCode {
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
      isLiquidation,
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
      // What takes the position through nothing closes it first.
      const closed = position.amount * sign < 0 ? Math.min(amount, Math.abs(position.amount)) : 0;
      const average = position.amount === 0 ? 0 : position.cost / position.amount;
      this.wallet += closed * -sign * (price - average) - fee;
      position.cost += sign * (closed * average + (amount - closed) * price);
      position.amount = round(position.amount + sign * amount);
      order.filled = round(order.filled + amount);
      const { exchangeId: orderId, clientOrderId } = order;
      const id = String(this.fills.length + 1);
      const fill = { pair, exchangeId: id, orderId, clientOrderId, side, price, amount, fee, feeAsset: 'USDT' };
      this.fills.push({ ...fill, isMaker, isLiquidation: order.isLiquidation, at: this.now });
      this.positions.set(pair, position);
      this.tell({ kind: 'fill', fill: this.fills.at(-1)! });
    }
    const isOver = order.filled >= order.amount - 1e-12;
    if (isOver) order.state = 'filled';
    else if (order.reduceOnly && position.amount * sign >= 0) order.state = 'cancelled';
    this.tell({ kind: 'order', order: { ...order } });
  }

  /** The venue closes a position by an order of its own, and takes everything off that rests on its pair. */
  liquidate(pair: string): void {
    const amount = this.signed(pair);
    for (const { exchangeId, clientOrderId } of this.orders.filter((o) => o.pair === pair))
      this.cancel({ pair, exchangeId, clientOrderId: clientOrderId ?? '', isTrigger: false });
    const side = amount > 0 ? 'sell' : 'buy';
    const request = { clientOrderId: `autoclose-${this.now}`, pair, side, kind: 'market', urgency: 'exit' } as const;
    this.submit({ ...request, amount: Math.abs(amount) }, true);
  }

  /** Moves a stop: in place, or by another order that takes its place. */
  move(ref: OrderRef, to: OrderRequest, how: 'amend' | 'replace'): ExchangeOrder | RefusalCode {
    const order = this.find(ref);
    if (order === undefined || order.state !== 'working') return 'order-not-found';
    const price = this.prices.get(order.pair)!;
    if (order.side === 'buy' ? price >= to.price! : price <= to.price!) return 'would-trigger';
    this.moves++;
    if (how === 'replace') {
      this.cancel(ref);
      return this.submit(to);
    }
    Object.assign(order, { price: to.price, amount: to.amount });
    this.tell({ kind: 'order', order: { ...order } });
    return { ...order };
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

/** An amount without the noise of its sums. */
export const round = (x: number) => Math.round(x * 1e9) / 1e9;
