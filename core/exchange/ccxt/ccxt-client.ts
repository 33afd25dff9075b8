// The part of ccxt that the adapter uses, as plain structures: tests can stand in for it, and ccxt's own types (61 MB of package) stay out.

/** Anything that a venue may leave out. */
type Maybe<T> = T | undefined | null;

export interface CcxtMarket {
  readonly id: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly settle?: Maybe<string>;
  readonly spot?: Maybe<boolean>;
  readonly swap?: Maybe<boolean>;
  readonly linear?: Maybe<boolean>;
  readonly active?: Maybe<boolean>;
  readonly contractSize?: Maybe<number>;
  readonly maker?: Maybe<number>;
  readonly taker?: Maybe<number>;
  readonly precision?: Maybe<{ readonly price?: Maybe<number>; readonly amount?: Maybe<number> }>;
  readonly limits?: Maybe<{
    readonly amount?: Maybe<{ readonly min?: Maybe<number> }>;
    readonly cost?: Maybe<{ readonly min?: Maybe<number> }>;
    readonly leverage?: Maybe<{ readonly max?: Maybe<number> }>;
  }>;
  readonly info?: unknown;
}

export interface CcxtTier {
  readonly minNotional?: Maybe<number>;
  readonly maxNotional?: Maybe<number>;
  readonly maintenanceMarginRate?: Maybe<number>;
  readonly maxLeverage?: Maybe<number>;
  readonly info?: unknown;
}

export interface CcxtOrder {
  readonly id?: Maybe<string>;
  readonly clientOrderId?: Maybe<string>;
  readonly symbol?: Maybe<string>;
  readonly side?: Maybe<string>;
  readonly type?: Maybe<string>;
  readonly price?: Maybe<number>;
  readonly triggerPrice?: Maybe<number>;
  readonly stopLossPrice?: Maybe<number>;
  readonly amount?: Maybe<number>;
  readonly filled?: Maybe<number>;
  readonly average?: Maybe<number>;
  readonly status?: Maybe<string>;
  readonly reduceOnly?: Maybe<boolean>;
  readonly timestamp?: Maybe<number>;
  readonly lastUpdateTimestamp?: Maybe<number>;
  readonly lastTradeTimestamp?: Maybe<number>;
  readonly info?: unknown;
}

export interface CcxtTrade {
  readonly id?: Maybe<string>;
  readonly order?: Maybe<string>;
  readonly symbol?: Maybe<string>;
  readonly side?: Maybe<string>;
  readonly price?: Maybe<number>;
  readonly amount?: Maybe<number>;
  readonly timestamp?: Maybe<number>;
  readonly takerOrMaker?: Maybe<string>;
  readonly fee?: Maybe<{ readonly cost?: Maybe<number>; readonly currency?: Maybe<string> }>;
  readonly fees?: Maybe<readonly { readonly cost?: Maybe<number>; readonly currency?: Maybe<string> }[]>;
  readonly info?: unknown;
}

export interface CcxtPosition {
  readonly symbol?: Maybe<string>;
  readonly side?: Maybe<string>;
  readonly contracts?: Maybe<number>;
  readonly entryPrice?: Maybe<number>;
  readonly markPrice?: Maybe<number>;
  readonly liquidationPrice?: Maybe<number>;
  readonly leverage?: Maybe<number>;
  readonly marginMode?: Maybe<string>;
  readonly timestamp?: Maybe<number>;
}

export interface CcxtBook {
  readonly symbol?: Maybe<string>;
  readonly timestamp?: Maybe<number>;
  readonly bids: readonly (readonly number[])[];
  readonly asks: readonly (readonly number[])[];
}

export interface CcxtTicker {
  readonly symbol?: Maybe<string>;
  readonly timestamp?: Maybe<number>;
  readonly last?: Maybe<number>;
  readonly bid?: Maybe<number>;
  readonly ask?: Maybe<number>;
  readonly quoteVolume?: Maybe<number>;
  readonly percentage?: Maybe<number>;
  readonly markPrice?: Maybe<number>;
  readonly indexPrice?: Maybe<number>;
  readonly info?: unknown;
}

export interface CcxtOpenInterest {
  readonly timestamp?: Maybe<number>;
  readonly openInterestAmount?: Maybe<number>;
  readonly openInterestValue?: Maybe<number>;
}

export interface CcxtFunding {
  readonly symbol?: Maybe<string>;
  readonly timestamp?: Maybe<number>;
  readonly markPrice?: Maybe<number>;
  readonly indexPrice?: Maybe<number>;
  readonly fundingRate?: Maybe<number>;
  readonly fundingTimestamp?: Maybe<number>;
  readonly nextFundingTimestamp?: Maybe<number>;
}

export interface CcxtLiquidation {
  readonly symbol?: Maybe<string>;
  readonly timestamp?: Maybe<number>;
  readonly price?: Maybe<number>;
  readonly contracts?: Maybe<number>;
  readonly baseValue?: Maybe<number>;
  readonly side?: Maybe<string>;
  readonly info?: unknown;
}

export interface CcxtFundingPayment {
  readonly id?: Maybe<string>;
  readonly symbol?: Maybe<string>;
  readonly code?: Maybe<string>;
  readonly timestamp?: Maybe<number>;
  readonly amount?: Maybe<number>;
  readonly info?: unknown;
}

/** One socket of ccxt. `resolve` is called for every parsed message, whether or not somebody waits. */
export interface CcxtSocket {
  readonly url: string;
  readonly subscriptions: Readonly<Record<string, unknown>>;
  readonly connection?: unknown;
  /** Promises that are waited for, by what they tell. */
  readonly futures: Readonly<Record<string, Promise<unknown>>>;
  future(hash: string): Promise<unknown>;
  resolve(result: unknown, hash?: string): unknown;
  reject(error: unknown, hash?: string): unknown;
  onError(error: Error): void;
  close(): unknown;
}

type Params = Readonly<Record<string, unknown>>;
type Row = readonly Maybe<number>[];

/** A ccxt (pro) exchange. Its own limiter and retries are off; see `makeClient`. */
export interface CcxtClient {
  readonly id: string;
  readonly has: Readonly<Record<string, boolean | 'emulated' | undefined>>;
  readonly rateLimit: number;
  readonly precisionMode: number;
  readonly timeframes: Readonly<Record<string, string>>;
  readonly options: Record<string, unknown>;
  readonly urls: { readonly api: unknown };
  markets: Readonly<Record<string, CcxtMarket>> | undefined;
  clients: Record<string, CcxtSocket> | undefined;
  ohlcvs: Record<string, Record<string, unknown> | undefined>;
  orderbooks: Record<string, unknown>;
  orders: unknown;
  myTrades: unknown;

  // Hooks of ccxt's base class that the adapter wraps.
  fetch2(
    path: string,
    api?: unknown,
    method?: string,
    params?: Params,
    headers?: unknown,
    body?: unknown,
    config?: Params,
  ): Promise<unknown>;
  calculateRateLimiterCost(api: unknown, method: string, path: string, params: Params, config: Params): number;
  onRestResponse(
    status: number,
    text: string,
    url: string,
    method: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    ...more: unknown[]
  ): string;
  client(url: string): CcxtSocket;
  handleMessage(socket: CcxtSocket, message: unknown): void;
  onError(socket: CcxtSocket, error: unknown): void;
  onClose(socket: CcxtSocket, error: unknown): void;
  delay(ms: number, method: (...args: unknown[]) => unknown, ...args: unknown[]): void;

  loadHttpProxyAgent(): Promise<unknown>;
  setSandboxMode(on: boolean): void;
  enableDemoTrading?(on: boolean): void;
  close(): Promise<unknown>;

  loadMarkets(reload?: boolean): Promise<unknown>;
  fetchTime(): Promise<Maybe<number>>;
  fetchOHLCV(
    symbol: string,
    timeframe: string,
    since?: number,
    limit?: number,
    params?: Params,
  ): Promise<readonly Row[]>;
  fetchTicker(symbol: string): Promise<CcxtTicker>;
  fetchTickers(symbols?: readonly string[]): Promise<Readonly<Record<string, CcxtTicker>>>;
  fetchOrderBook(symbol: string, limit?: number): Promise<CcxtBook>;
  fetchFundingRate(symbol: string): Promise<CcxtFunding>;
  fetchFundingRates(symbols?: readonly string[]): Promise<Readonly<Record<string, CcxtFunding>>>;
  fetchFundingRateHistory(symbol: string, since?: number, limit?: number): Promise<readonly CcxtFunding[]>;
  fetchOpenInterest(symbol: string): Promise<CcxtOpenInterest>;
  fetchOpenInterestHistory(
    symbol: string,
    timeframe: string,
    since: number,
    limit: number,
  ): Promise<readonly CcxtOpenInterest[]>;
  fetchLeverageTiers(symbols?: readonly string[]): Promise<Readonly<Record<string, readonly CcxtTier[]>>>;
  fetchMarketLeverageTiers(symbol: string): Promise<readonly CcxtTier[]>;

  createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: number,
    price?: number,
    params?: Params,
  ): Promise<Maybe<CcxtOrder>>;
  editOrder(
    id: string,
    symbol: string,
    type: string,
    side: string,
    amount?: number,
    price?: number,
    params?: Params,
  ): Promise<Maybe<CcxtOrder>>;
  cancelOrder(id: string, symbol: string, params?: Params): Promise<Maybe<CcxtOrder>>;
  fetchOrder(id: string, symbol: string, params?: Params): Promise<Maybe<CcxtOrder>>;
  fetchOpenOrders(symbol?: string, since?: number, limit?: number, params?: Params): Promise<readonly CcxtOrder[]>;
  fetchOrders(symbol?: string, since?: number, limit?: number, params?: Params): Promise<readonly CcxtOrder[]>;
  fetchCanceledAndClosedOrders(
    symbol?: string,
    since?: number,
    limit?: number,
    params?: Params,
  ): Promise<readonly CcxtOrder[]>;
  fetchClosedOrders(symbol?: string, since?: number, limit?: number, params?: Params): Promise<readonly CcxtOrder[]>;
  fetchMyTrades(symbol?: string, since?: number, limit?: number, params?: Params): Promise<readonly CcxtTrade[]>;
  fetchFundingHistory(
    symbol?: string,
    since?: number,
    limit?: number,
    params?: Params,
  ): Promise<readonly CcxtFundingPayment[]>;
  fetchBalance(): Promise<{
    readonly total?: Readonly<Record<string, Maybe<number>>>;
    readonly free?: Readonly<Record<string, Maybe<number>>>;
    readonly used?: Readonly<Record<string, Maybe<number>>>;
    readonly info?: unknown;
  }>;
  fetchPositions(symbols?: readonly string[], params?: Params): Promise<readonly CcxtPosition[]>;
  fetchPositionMode(symbol?: string): Promise<{ readonly hedged?: Maybe<boolean> }>;
  fetchLeverage(
    symbol: string,
    params?: Params,
  ): Promise<{
    readonly longLeverage?: Maybe<number>;
    readonly shortLeverage?: Maybe<number>;
    readonly marginMode?: Maybe<string>;
  }>;
  setLeverage(leverage: number, symbol: string, params?: Params): Promise<unknown>;
  setMarginMode(mode: string, symbol: string, params?: Params): Promise<unknown>;
  setPositionMode(hedged: boolean, symbol?: string): Promise<unknown>;
  cancelAllOrdersAfter(ms: number, params?: Params): Promise<unknown>;

  watchOHLCV(symbol: string, timeframe: string): Promise<unknown>;
  watchOHLCVForSymbols(pairs: readonly (readonly [string, string])[]): Promise<unknown>;
  watchTrades(symbol: string): Promise<unknown>;
  watchTradesForSymbols(symbols: readonly string[]): Promise<unknown>;
  watchOrderBook(symbol: string, limit?: number): Promise<unknown>;
  watchOrderBookForSymbols(symbols: readonly string[], limit?: number): Promise<unknown>;
  watchTicker(symbol: string, params?: Params): Promise<unknown>;
  watchTickers(symbols: readonly string[], params?: Params): Promise<unknown>;
  watchMarkPrices(symbols: readonly string[]): Promise<unknown>;
  watchFundingRates(symbols: readonly string[]): Promise<unknown>;
  watchLiquidations(symbol: string): Promise<unknown>;
  watchLiquidationsForSymbols(symbols: readonly string[]): Promise<unknown>;
  watchOrders(symbol?: string, since?: number, limit?: number, params?: Params): Promise<unknown>;
  watchMyTrades(symbol?: string, since?: number, limit?: number, params?: Params): Promise<unknown>;
  watchPositions(symbols?: readonly string[]): Promise<unknown>;
  watchBalance(): Promise<unknown>;

  /** Implicit calls (`sapiGetAccountApiRestrictions`), by name. */
  [call: string]: unknown;
}
