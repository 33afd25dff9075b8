import type { InstrumentKind, InstrumentSpec } from '../domain/instrument.ts';
import type { OrderSide, Side } from '../domain/trade.ts';
import type {
  BookStreamEvent,
  CandleEvent,
  FundingRateEvent,
  LiquidationEvent,
  OpenInterestEvent,
  StreamSink,
  Subscription,
  TickerEvent,
  TradeStreamEvent,
} from './exchange-streams.ts';

export type * from './exchange-streams.ts';

// One account at one venue, as the bot uses it: `binance` spot, `binanceusdm` perpetuals. Times are ms UTC, prices quote per base, amounts base units
// (contracts are converted), fees in their asset. Reads throw TidegateError once their attempts are used up: EXCHANGE_UNAVAILABLE (network, timeout,
// maintenance), EXCHANGE_BANNED (`details.until`), EXCHANGE_KEY (key refused), EXCHANGE_REFUSED (anything else that the venue said no to),
// EXCHANGE_UNSUPPORTED (the venue has no such call). Orders never throw for a venue's reasons: they answer with an `Outcome`.

/** What moves a stop on the venue: in place; new beside old, then the old one cancelled; both in one call; or cancelled first and placed after. */
export type StopReplace = 'amend' | 'overlap' | 'replace' | 'gap';

/** What an adapter can do at its venue, as its acceptance cases hold it. */
export interface ExchangeCapabilities {
  readonly streams: {
    readonly candles: boolean;
    readonly trades: boolean;
    readonly book: boolean;
    readonly tickers: boolean;
    readonly funding: boolean;
    readonly liquidations: boolean;
    readonly account: boolean;
  };
  readonly openInterest: boolean;
  readonly shorts: boolean;
  readonly leverage: boolean;
  readonly marginModes: readonly ('isolated' | 'cross')[];
  /** Stop orders that rest at the venue. */
  readonly stops: boolean;
  readonly stopReplace: StopReplace;
  /** Price that triggers a stop. */
  readonly stopTrigger: readonly ('last' | 'mark')[];
  readonly amend: boolean;
  /** An amended limit order stays the same one, under its ids; the amount that is asked for is its whole one, with what has been filled. */
  readonly amendInPlace: boolean;
  /** Spot: a stop and a limit order can hold the same coins (`submitPair`). A fill of one or its trigger ends the other, a cancel of one cancels both. */
  readonly pairedExits: boolean;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly timeInForce: readonly ('GTC' | 'IOC' | 'FOK')[];
  /** Own client order ids: orders can be found by them. Without it an unknown outcome is settled from open orders and fills. */
  readonly lookUpByClientId: boolean;
  readonly fundingPayments: boolean;
  readonly keyPermissions: boolean;
  /** The venue cancels all resting orders unless it hears from us. */
  readonly deadMansSwitch: boolean;
}

/** An order to send. The intent behind it is stored before. */
export interface OrderRequest {
  /** From `clientOrderId()`; at most 32 letters and digits. */
  readonly clientOrderId: string;
  readonly pair: string;
  readonly side: OrderSide;
  /** A stop becomes a market order when its trigger trades. */
  readonly kind: 'market' | 'limit' | 'stop';
  readonly amount: number;
  /** Limit price, or the trigger of a stop; absent for market orders. */
  readonly price?: number;
  /** Limit orders; default GTC. */
  readonly timeInForce?: 'GTC' | 'IOC' | 'FOK';
  readonly postOnly?: boolean;
  /** Perpetuals only. */
  readonly reduceOnly?: boolean;
  /** In hedge mode: the position that it belongs to. */
  readonly positionSide?: Side;
  /** Of a stop; default last. */
  readonly trigger?: 'last' | 'mark';
  /** Its place in the queue: exits and stops go before entries. */
  readonly urgency: 'exit' | 'entry';
}

/** Names an order of one's own. `exchangeId` is used where it is known; trigger orders have ids of their own at most venues. */
export interface OrderRef {
  readonly pair: string;
  readonly clientOrderId: string;
  readonly exchangeId?: string | null;
  readonly isTrigger: boolean;
}

/**
 * States only move forward. `triggered`: a stop went off; its fills are those of `childId`, never its own.
 * `cancelled` and `expired` orders may have filled in part.
 */
export type ExchangeOrderState = 'working' | 'triggered' | 'filled' | 'cancelled' | 'rejected' | 'expired';

/** An order as the venue tells it. */
export interface ExchangeOrder {
  readonly pair: string;
  readonly exchangeId: string;
  readonly clientOrderId: string | null;
  readonly side: OrderSide;
  readonly kind: 'market' | 'limit' | 'stop';
  readonly isTrigger: boolean;
  /** Limit or trigger price; null for market orders. */
  readonly price: number | null;
  readonly amount: number;
  /** 0 for trigger orders, whatever the venue says. */
  readonly filled: number;
  readonly average: number | null;
  readonly state: ExchangeOrderState;
  readonly reduceOnly: boolean;
  /** Order that a trigger order became. */
  readonly childId: string | null;
  /** Why the venue ended it, where it says so. */
  readonly reason: string | null;
  /** Not an order of any client: the venue closed a position. */
  readonly isLiquidation: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A fill of an order of the account. (pair, exchangeId) is unique. */
export interface ExchangeFill {
  readonly pair: string;
  /** The venue's trade id. */
  readonly exchangeId: string;
  readonly orderId: string;
  readonly clientOrderId: string | null;
  readonly side: OrderSide;
  readonly price: number;
  readonly amount: number;
  /** Paid (+) or received (-). NaN where the venue has not told it yet. */
  readonly fee: number;
  readonly feeAsset: string;
  readonly isMaker: boolean;
  readonly isLiquidation: boolean;
  readonly at: number;
}

/** Why a venue refused, in words that decide what to do next. */
export type RefusalCode =
  | 'insufficient-funds'
  | 'below-minimum'
  | 'precision'
  | 'price-limit'
  | 'would-trigger'
  | 'would-take'
  | 'reduce-only'
  | 'duplicate-id'
  | 'order-not-found'
  | 'position-mode'
  | 'leverage'
  | 'market-closed'
  | 'too-many-orders'
  | 'key'
  | 'rate-limit'
  | 'maintenance'
  | 'unsupported'
  | 'other';

/**
 * What came of a request. `confirmed`: the venue has it, as `order` says. `refused`: the venue said no, nothing was done. `denied`: it never left
 * (banned, unsupported, beyond limits; `until` where waiting helps). `unknown`: it may have been done; look it up by its client id, never send again.
 */
export type Outcome =
  | { readonly outcome: 'confirmed'; readonly order: ExchangeOrder }
  | {
      readonly outcome: 'refused';
      readonly code: RefusalCode;
      readonly reason: string;
      /** The venue's own code: `-2019`. */
      readonly venueCode: string | null;
    }
  | {
      readonly outcome: 'denied';
      readonly code: RefusalCode;
      readonly reason: string;
      readonly until: number | null;
    }
  | { readonly outcome: 'unknown'; readonly cause: string };

/**
 * What a look-up found. `absent`: definitely not there (said so more than once, beyond the time in which venues lag); `unknown`: cannot be said yet.
 */
export type LookUp =
  | { readonly found: 'order'; readonly order: ExchangeOrder }
  | { readonly found: 'absent' }
  | { readonly found: 'unknown'; readonly cause: string };

export interface ExchangeBalance {
  readonly asset: string;
  /** What can be used now. */
  readonly free: number;
  /** Held by open orders and positions. */
  readonly locked: number;
  /** The wallet: what was paid in, realised, paid and received, without the unrealised profit of open positions. */
  readonly total: number;
}

/** An open position. */
export interface ExchangePosition {
  readonly pair: string;
  readonly side: Side;
  readonly amount: number;
  readonly entryPrice: number;
  /** null where the venue does not say. */
  readonly markPrice: number | null;
  readonly liquidationPrice: number | null;
  readonly leverage: number | null;
  readonly marginMode: 'isolated' | 'cross' | null;
}

/** A funding payment booked by the venue: received (+) or paid (-). */
export interface FundingPayment {
  /** The venue's id; (pair, at) where it has none. */
  readonly id: string;
  readonly pair: string;
  readonly at: number;
  readonly amount: number;
  readonly asset: string;
}

/** What the key may do. null: the venue does not say. */
export interface KeyPermissions {
  readonly read: boolean | null;
  readonly trade: boolean | null;
  readonly withdraw: boolean | null;
}

/** `changed` also where it was so already. `refused` leaves what was there. */
export type SettingOutcome =
  | { readonly outcome: 'changed' }
  | { readonly outcome: 'refused'; readonly code: RefusalCode; readonly reason: string };

/** What happens on one's own account. Fills may come twice (key: pair and exchangeId) and before their order; orders only move forward. */
export type AccountEvent =
  | {
      readonly kind: 'order';
      readonly order: ExchangeOrder;
      readonly exchangeTime: number;
      readonly receivedAt: number;
    }
  | { readonly kind: 'fill'; readonly fill: ExchangeFill; readonly exchangeTime: number; readonly receivedAt: number }
  | {
      readonly kind: 'position';
      readonly pair: string;
      readonly side: Side;
      /** 0: closed. */
      readonly amount: number;
      readonly entryPrice: number;
      readonly exchangeTime: number;
      readonly receivedAt: number;
    }
  | {
      readonly kind: 'balance';
      readonly asset: string;
      readonly total: number;
      readonly exchangeTime: number;
      readonly receivedAt: number;
    };

/**
 * Of the connection as a whole. `resync`: events may have been missed, now fetch open orders, fills since the last one, positions and balances.
 * `banned`: no request leaves until then, streams stay. `key-refused`: stop trading.
 */
export type ConnectionEvent =
  | { readonly kind: 'connected'; readonly at: number }
  | { readonly kind: 'disconnected'; readonly at: number; readonly reason: string }
  | { readonly kind: 'resync'; readonly at: number; readonly reason: string }
  | { readonly kind: 'banned'; readonly at: number; readonly until: number; readonly reason: string }
  | { readonly kind: 'maintenance'; readonly at: number; readonly isOver: boolean }
  | { readonly kind: 'key-refused'; readonly at: number; readonly reason: string }
  | { readonly kind: 'clock'; readonly at: number; readonly offsetMs: number };

/** An account at a venue. Made closed: `open` loads markets and the clock; everything else needs it. */
export interface ExchangePort {
  /** As ccxt calls it: `binance`, `binanceusdm`, `bybit`. */
  readonly name: string;
  readonly kind: Extract<InstrumentKind, 'spot' | 'perpetual'>;
  /** `name:kind`, as the trade store calls the account. */
  readonly account: string;
  readonly capabilities: ExchangeCapabilities;

  /** @throws TidegateError EXCHANGE_UNAVAILABLE, EXCHANGE_KEY, EXCHANGE_BANNED */
  open(): Promise<void>;
  close(): Promise<void>;

  /**
   * Specifications of all tradable pairs of the kind; asks the venue again on each call. Margin tiers of `pairs` are asked for, too, where the venue
   * gives them pair by pair.
   */
  loadMarkets(pairs?: readonly string[]): Promise<readonly InstrumentSpec[]>;
  /** The last known specification; null for an unknown pair. */
  market(pair: string): InstrumentSpec | null;
  /** The venue's clock, asked now. */
  serverTime(): Promise<number>;
  /** Our estimate of the venue's clock. */
  now(): number;

  /** Closed candles only, oldest first, that open at or after `sinceMs`. */
  fetchCandles(pair: string, timeframe: string, sinceMs: number, limit: number): Promise<readonly CandleEvent[]>;
  /** Tickers of the given pairs, or of all. */
  fetchTickers(pairs?: readonly string[]): Promise<readonly TickerEvent[]>;
  fetchBook(pair: string, levels: number): Promise<BookStreamEvent>;
  /** Funding rates that were settled at or after `sinceMs`. */
  fetchFundingRates(pair: string, sinceMs: number): Promise<readonly { readonly at: number; readonly rate: number }[]>;
  /** Closed candles of the mark price, oldest first; volume 0. */
  fetchMarkCandles(pair: string, timeframe: string, sinceMs: number, limit: number): Promise<readonly CandleEvent[]>;
  /** As far back as the venue keeps it, in steps of five minutes or what it has; at most `limit`. */
  fetchOpenInterestHistory(pair: string, sinceMs: number, limit: number): Promise<readonly OpenInterestEvent[]>;

  watchCandles(pairs: readonly string[], timeframe: string, sink: StreamSink<CandleEvent>): Subscription;
  watchTrades(pairs: readonly string[], sink: StreamSink<TradeStreamEvent>): Subscription;
  watchBook(pairs: readonly string[], levels: number, sink: StreamSink<BookStreamEvent>): Subscription;
  watchTickers(pairs: readonly string[], sink: StreamSink<TickerEvent>): Subscription;
  watchFunding(pairs: readonly string[], sink: StreamSink<FundingRateEvent>): Subscription;
  /** Polled at every venue. */
  watchOpenInterest(pairs: readonly string[], sink: StreamSink<OpenInterestEvent>): Subscription;
  watchLiquidations(pairs: readonly string[], sink: StreamSink<LiquidationEvent>): Subscription;
  watchAccount(sink: (event: AccountEvent) => void): Subscription;
  watchConnection(sink: (event: ConnectionEvent) => void): { close(): void };

  submit(request: OrderRequest): Promise<Outcome>;
  /**
   * Where `capabilities.pairedExits`: a stop and a limit order of the same side and amount in one request, of which one ends the other. Both are placed,
   * or neither; each has an outcome of its own.
   */
  submitPair(stop: OrderRequest, limit: OrderRequest): Promise<readonly [stop: Outcome, limit: Outcome]>;
  /** Confirmed with the order's state after it, which may be `filled`: a cancel can lose the race. Venues that lag may still answer `working`. */
  cancel(ref: OrderRef): Promise<Outcome>;
  /** Where `capabilities.amend` (limit orders) or `stopReplace` is amend or replace (stops): another price or amount under a new client id or the old. */
  amend(ref: OrderRef, to: OrderRequest): Promise<Outcome>;
  /** `sentAtMs`: when it was sent; until some seconds after, "not found" is `unknown`. */
  lookUp(ref: OrderRef, sentAtMs: number): Promise<LookUp>;
  /** Regular and trigger orders of the given pairs, or of all where the venue can. */
  openOrders(pairs?: readonly string[]): Promise<readonly ExchangeOrder[]>;
  /** Own fills at or after `sinceMs`, oldest first, all pages. */
  fills(pairs: readonly string[], sinceMs: number): Promise<readonly ExchangeFill[]>;
  /** Payments at or after `sinceMs`, oldest first, all pages. */
  fundingPayments(sinceMs: number): Promise<readonly FundingPayment[]>;
  balances(): Promise<readonly ExchangeBalance[]>;
  /** Open ones only; always empty on spot. */
  positions(): Promise<readonly ExchangePosition[]>;

  setLeverage(pair: string, leverage: number): Promise<SettingOutcome>;
  setMarginMode(pair: string, mode: 'isolated' | 'cross'): Promise<SettingOutcome>;
  setPositionMode(mode: 'one-way' | 'hedge'): Promise<SettingOutcome>;
  /** What the venue has now; leverage and margin mode of a pair, null where it does not say. */
  settings(pair: string): Promise<{
    readonly leverage: number | null;
    readonly marginMode: 'isolated' | 'cross' | null;
    readonly positionMode: 'one-way' | 'hedge' | null;
  }>;
  keyPermissions(): Promise<KeyPermissions>;
  /** Arms the venue's switch: all resting orders are cancelled unless it is called again within `ms`; 0 disarms. False where there is none. */
  deadMansSwitch(ms: number, pairs: readonly string[]): Promise<boolean>;
}
