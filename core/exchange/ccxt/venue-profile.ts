import type { ExchangeCapabilities, KeyPermissions, OrderRequest, RefusalCode } from '../../ports/exchange.ts';
import type { IdForm } from '../client-order-id.ts';
import type { CcxtClient, CcxtFunding, CcxtFundingPayment, CcxtOrder, CcxtTicker, CcxtTrade } from './ccxt-client.ts';

/** How an order is asked of ccxt's `createOrder`. */
export interface OrderCall {
  readonly type: 'market' | 'limit';
  readonly price?: number;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Two orders that hold the same coins, ready to be sent; ids are encoded. */
export interface PairCall {
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly amount: number;
  readonly stop: { readonly price: number; readonly id: string };
  readonly limit: { readonly price: number; readonly id: string };
}

/** What is special about a venue. Everything else follows from what ccxt says that it has. */
export interface VenueProfile {
  /** Takes out of a new client what it would do for its makers with the user's key. */
  readonly prepare?: (client: CcxtClient) => void;
  /** Settings for ccxt's `options`. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** A burst of this length, in ms of the venue's rate, may leave at once. */
  readonly burstMs: number;
  /** Requests share a budget by this name; default one for the venue. */
  readonly bucketOf?: (api: unknown) => string;
  /** Fraction of the running window that is used, from the headers of an answer; null where it does not say. */
  readonly usedFraction?: (headers: Readonly<Record<string, string>>) => number | null;
  readonly idForm: IdForm;
  /** Parameter of `createOrder` that carries the client id. */
  readonly idParam: string;
  /** The same for stops, where it is another. */
  readonly stopIdParam?: string;
  /** An order that was not found to cancel may be of another kind: these parameters name it. */
  readonly otherCancelParams?: Readonly<Record<string, unknown>>;
  /** Orders are cancelled and amended by the venue's id only, or ccxt cannot do it otherwise: it is looked up first. */
  readonly cancelNeedsId?: boolean;
  /** Orders are found by client id with `fetchOrder`, or in lists, which may take this parameter. */
  readonly findBy: 'fetchOrder' | { readonly listParam: string | null };
  /** Trigger orders have ids and calls of their own (`trigger: true`), and place a child order. */
  readonly hasSeparateTriggers: boolean;
  /** An amended order is a new one under a new client id: the old is cancelled in the same call. */
  readonly amendReplaces?: boolean;
  /** Its parameter for the client id of the order that is replaced. */
  readonly replacesBy?: string;
  /** Market orders are given a price: buys in quote units or with a slippage bound. */
  readonly marketNeedsPrice: boolean;
  /** How a stop is asked for. `reference`: the request's trigger price. */
  readonly stopCall?: (request: OrderRequest & { readonly price: number }) => OrderCall;
  /** Places a stop and a limit order of which one ends the other; absent: there is no such call. Returns what the venue says of the two. */
  readonly placePair?: (client: CcxtClient, call: PairCall) => Promise<readonly CcxtOrder[]>;
  /** How `editOrder` is told the new trigger; absent: as `stopCall` tells it. */
  readonly editStop?: (price: number) => { readonly type: string; readonly params: Readonly<Record<string, unknown>> };
  /** Margin mode is said with each order and change of leverage, not set. */
  readonly marginModePerRequest?: boolean;
  /** How a market order is asked for where it is not `market` without more. `reference`: a price near the market. */
  readonly marketCall?: (request: OrderRequest, reference: number) => OrderCall;
  readonly capabilities: Partial<Omit<ExchangeCapabilities, 'streams'>>;
  /** The venue's own code in an error's text. */
  readonly codeOf: (message: string) => string | null;
  /** What its codes mean. Words of the text decide where a code means several things: [pattern over the text, meaning]. */
  readonly refusals: Readonly<Record<string, RefusalCode>>;
  readonly refusalWords?: readonly (readonly [RegExp, RefusalCode])[];
  /** Codes after which the request may have been carried out. */
  readonly unknownCodes?: readonly string[];
  /** True for the candle of a stream message that says that it is closed; null where venues do not say. */
  readonly closedFlag?: (message: unknown, openTime: number) => boolean | null;
  /** Wallet balances without unrealised profit, by asset, where ccxt's total has it in. */
  readonly walletsOf?: (balance: { readonly info?: unknown }) => Readonly<Record<string, number>>;
  /** Time (ms UTC) that a stream message carries. */
  readonly eventTime?: (message: unknown) => number | null;
  /** Mark price and funding rate where they come as a kind of ticker. */
  readonly fundingOf?: (ticker: CcxtTicker) => CcxtFunding | null;
  readonly isTrigger?: (order: CcxtOrder) => boolean;
  readonly childId?: (order: CcxtOrder) => string | null;
  readonly reasonOf?: (order: CcxtOrder) => string | null;
  /** The id of an order where ccxt takes another. */
  readonly idOf?: (order: CcxtOrder) => string | null;
  readonly clientIdOf?: (order: CcxtOrder) => string | null;
  /** The fee of a fill where ccxt gets it wrong: paid (+) or received (-). */
  readonly feeOf?: (trade: CcxtTrade) => { readonly fee: number; readonly asset: string } | null;
  /** Client ids of orders that the venue itself places to close positions. */
  readonly liquidationIds?: RegExp;
  /** Whether a raw order or fill is one by which the venue closed a position. */
  readonly isLiquidation?: (info: Readonly<Record<string, unknown>>) => boolean;
  /** A private stream ended without closing its socket. */
  readonly isStreamOver?: (message: unknown) => boolean;
  /** Makes the next private watch authenticate anew. */
  readonly forgetLogin?: (client: CcxtClient) => void;
  readonly keyPermissions?: (client: CcxtClient) => Promise<KeyPermissions>;
  readonly deadMansSwitch?: (client: CcxtClient, ms: number, pairs: readonly string[]) => Promise<unknown>;
  /** Whether the test network is ccxt's sandbox or demo trading; absent: there is none. */
  readonly testnet?: 'sandbox' | 'demo';
  /** Fills are given for no more than so long after the time that was asked for, ms. */
  readonly fillsWindowMs?: number;
  /** The same of funding payments. */
  readonly paymentsWindowMs?: number;
  /** Fills and payments that an answer has at most, where it is not 500. */
  readonly rowsPerAnswer?: number;
  /**
   * Where the newest fills and payments come first: parameters that ask for those before an answer that is full, null when there are none.
   * `read`: rows of this request so far, all pages.
   */
  readonly olderParams?: (
    rows: readonly { readonly info?: unknown }[],
    read: number,
  ) => Readonly<Record<string, unknown>> | null;
  /** Extra parameters of lists of fills. */
  readonly fillParams?: Readonly<Record<string, unknown>>;
  /** Whether a row of a list of fills is one. */
  readonly isFill?: (info: Readonly<Record<string, unknown>>) => boolean;
  /** Extra parameters of lists of payments. */
  readonly paymentParams?: Readonly<Record<string, unknown>>;
  /** What a payment brought (+) or took (-), where ccxt gets it wrong. */
  readonly paymentAmount?: (row: CcxtFundingPayment) => number | null;
  /** False where what ccxt gives as ids of payments does not tell them apart. */
  readonly paymentsHaveIds?: boolean;
  /** Fills need a symbol. */
  readonly fillsPerPair: boolean;
  /** Trigger orders come on a private channel of their own, opened with these parameters. */
  readonly triggerWatchParams?: readonly Readonly<Record<string, unknown>>[];
  /** Parameters of the lists that hold all positions together; absent: there is one. */
  readonly positionListParams?: readonly Readonly<Record<string, unknown>>[];
  /** Extra parameters of trigger order lists. */
  readonly triggerListParams?: readonly Readonly<Record<string, unknown>>[];
}
