import type { RefusalCode } from '../../../ports/exchange.ts';
import type { CcxtClient, CcxtOrder } from '../ccxt-client.ts';
import type { PairCall, VenueProfile } from '../venue-profile.ts';

/** Binance's codes, spot and USDⓈ-M (developers.binance.com, "Error codes"). -1013 and -2010 need their text: see `WORDS`. */
const REFUSALS: Readonly<Record<string, RefusalCode>> = {
  '-1002': 'key',
  '-1003': 'rate-limit',
  '-1015': 'too-many-orders',
  '-1016': 'maintenance',
  '-1022': 'key',
  '-1100': 'precision',
  '-1102': 'other',
  '-1106': 'other',
  '-1111': 'precision',
  '-1116': 'unsupported',
  '-1121': 'market-closed',
  '-2011': 'order-not-found',
  '-2013': 'order-not-found',
  '-2014': 'key',
  '-2015': 'key',
  '-2018': 'insufficient-funds',
  '-2019': 'insufficient-funds',
  '-2020': 'price-limit',
  '-2021': 'would-trigger',
  '-2022': 'reduce-only',
  '-2024': 'insufficient-funds',
  '-2025': 'too-many-orders',
  '-2026': 'reduce-only',
  '-2027': 'leverage',
  '-2028': 'leverage',
  '-4003': 'below-minimum',
  '-4004': 'below-minimum',
  '-4005': 'precision',
  '-4013': 'price-limit',
  '-4014': 'precision',
  '-4016': 'price-limit',
  '-4023': 'precision',
  '-4024': 'price-limit',
  '-4028': 'leverage',
  '-4045': 'too-many-orders',
  '-4061': 'position-mode',
  '-4108': 'market-closed',
  '-4116': 'duplicate-id',
  '-4118': 'reduce-only',
  '-4130': 'too-many-orders',
  '-4131': 'price-limit',
  '-4140': 'market-closed',
  '-4164': 'below-minimum',
  '-5022': 'would-take',
};

const WORDS: readonly (readonly [RegExp, RefusalCode])[] = [
  [/duplicate order/i, 'duplicate-id'],
  [/would immediately (match|take)|immediately match and take/i, 'would-take'],
  [/would trigger immediately/i, 'would-trigger'],
  [/insufficient balance/i, 'insufficient-funds'],
  [/relationship of the prices/i, 'price-limit'],
  [/NOTIONAL/, 'below-minimum'],
  [/LOT_SIZE|PRICE_FILTER|too much precision/, 'precision'],
  [/PERCENT_PRICE/, 'price-limit'],
  [/MAX_NUM|MAX_POSITION/, 'too-many-orders'],
  [/market is closed|not permitted|not open for trading|trading is disabled/i, 'market-closed'],
  [/maintenance/i, 'maintenance'],
];

const shared = {
  burstMs: 15_000,
  bucketOf: (api: unknown) =>
    String(api).startsWith('fapi') ? 'futures' : String(api).startsWith('sapi') ? 'sapi' : 'spot',
  idForm: 'plain',
  idParam: 'clientOrderId',
  findBy: 'fetchOrder',
  marketNeedsPrice: false,
  codeOf: (message: string) => /"code":\s*"?(-\d+)/.exec(message)?.[1] ?? null,
  refusals: REFUSALS,
  refusalWords: WORDS,
  // Internal error, timeout, unknown, overload: the request may have been carried out.
  unknownCodes: ['-1000', '-1001', '-1006', '-1007', '-1008'],
  closedFlag: (message: unknown, openTime: number) => {
    const kline = (message as { readonly k?: { readonly t?: unknown; readonly x?: unknown } } | null)?.k;
    return Number(kline?.t) === openTime && typeof kline?.x === 'boolean' ? kline.x : null;
  },
  eventTime: (message: unknown) => {
    const time = (message as { readonly E?: unknown } | null)?.E;
    return typeof time === 'number' || typeof time === 'string' ? Number(time) : null;
  },
  keyPermissions: async (client: CcxtClient) => {
    const ask = client.sapiGetAccountApiRestrictions as () => Promise<Readonly<Record<string, unknown>>>;
    const may = await ask.call(client);
    const says = (name: string) => (typeof may[name] === 'boolean' ? (may[name] as boolean) : null);
    const isFutures = client.id === 'binanceusdm';
    return {
      read: says('enableReading'),
      trade: says(isFutures ? 'enableFutures' : 'enableSpotAndMarginTrading'),
      withdraw: says('enableWithdrawals'),
    };
  },
  testnet: 'demo',
  fillsPerPair: true,
} satisfies Partial<VenueProfile>;

const info = (order: CcxtOrder) => (order.info ?? {}) as Readonly<Record<string, unknown>>;

/** Fraction of a minute's weight that is used, by the header of a market with this limit. */
const usedOf = (limit: number) => (headers: Readonly<Record<string, string>>) => {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === 'x-mbx-used-weight-1m');
  return name === undefined ? null : Number(headers[name]) / limit;
};

/** Binance USDⓈ-M futures. */
export const BINANCE_USDM: VenueProfile = {
  ...shared,
  options: {
    fetchMarkets: { types: ['linear'] },
    fetchOpenOrders: { warnWithoutSymbol: false },
    fetchCurrencies: false,
    fetchMargins: false,
  },
  usedFraction: usedOf(2_400),
  fillsWindowMs: 7 * 86_400_000,
  hasSeparateTriggers: true,
  stopCall: ({ price, trigger }) => ({
    type: 'market',
    params: { stopLossPrice: price, workingType: trigger === 'mark' ? 'MARK_PRICE' : 'CONTRACT_PRICE' },
  }),
  capabilities: {
    // Conditional orders cannot be amended; two reduce-only ones may rest at once.
    stopReplace: 'overlap',
    amendInPlace: true,
    stopTrigger: ['last', 'mark'],
    deadMansSwitch: true,
    keyPermissions: true,
  },
  walletsOf: ({ info: told }) => {
    const assets =
      (told as { readonly assets?: readonly Readonly<Record<string, unknown>>[] } | undefined)?.assets ?? [];
    return Object.fromEntries(assets.map(({ asset, walletBalance }) => [String(asset), Number(walletBalance)]));
  },
  fundingOf: (ticker) => {
    const raw = (ticker.info ?? {}) as Readonly<Record<string, unknown>>;
    if (raw.e !== 'markPriceUpdate') return null;
    return {
      markPrice: Number(raw.p),
      indexPrice: Number(raw.i),
      fundingRate: Number(raw.r),
      fundingTimestamp: Number(raw.T),
    };
  },
  isTrigger: (order) => info(order).algoId !== undefined || info(order).aid !== undefined,
  childId: (order) => {
    const id = info(order).actualOrderId ?? info(order).ai;
    return id === undefined || id === null || id === '' || String(id) === '0' ? null : String(id);
  },
  reasonOf: (order) => (typeof info(order).rm === 'string' && info(order).rm !== '' ? String(info(order).rm) : null),
  liquidationIds: /^(autoclose-|adl_autoclose|settlement_autoclose|delivery_autoclose)/,
  isStreamOver: (message) => (message as { readonly e?: unknown } | null)?.e === 'listenKeyExpired',
  forgetLogin: (client) => {
    client.options.future = {
      ...(client.options.future as object | undefined),
      lastAuthenticatedTime: 0,
      listenKey: undefined,
    };
  },
  deadMansSwitch: async (client, ms, pairs) => {
    const arm = client.fapiPrivatePostCountdownCancelAll as (params: object) => Promise<unknown>;
    for (const pair of pairs)
      await arm.call(client, { symbol: client.markets?.[pair]?.id, countdownTime: String(Math.round(ms)) });
  },
};

/** An order list (OCO): what takes profit above the market, the stop below it, for a sale; the other way round for a purchase. */
async function placePair(client: CcxtClient, call: PairCall): Promise<readonly CcxtOrder[]> {
  const { symbol, side, amount, stop, limit } = call;
  const text = (name: 'priceToPrecision' | 'amountToPrecision', value: number) =>
    (client[name] as (symbol: string, value: number) => string).call(client, symbol, value);
  const [far, near] = side === 'sell' ? ['below', 'above'] : ['above', 'below'];
  const market = client.markets?.[symbol];
  const place = client.privatePostOrderListOco as (
    params: object,
  ) => Promise<{ readonly orderReports?: readonly object[] }>;
  const { orderReports = [] } = await place.call(client, {
    symbol: market?.id,
    side: side.toUpperCase(),
    quantity: text('amountToPrecision', amount),
    listClientOrderId: stop.id,
    [`${near}Type`]: 'LIMIT_MAKER',
    [`${near}Price`]: text('priceToPrecision', limit.price),
    [`${near}ClientOrderId`]: limit.id,
    [`${far}Type`]: 'STOP_LOSS',
    [`${far}StopPrice`]: text('priceToPrecision', stop.price),
    [`${far}ClientOrderId`]: stop.id,
    newOrderRespType: 'RESULT',
  });
  const parse = client.parseOrder as (report: object, market: unknown) => CcxtOrder;
  return orderReports.map((report) => parse.call(client, report, market));
}

/** Binance spot. A stop is an ordinary order that keeps its id when it triggers. */
export const BINANCE_SPOT: VenueProfile = {
  ...shared,
  options: {
    fetchMarkets: { types: ['spot'] },
    fetchOpenOrders: { warnWithoutSymbol: false },
    fetchCurrencies: false,
    fetchMargins: false,
    defaultType: 'spot',
  },
  usedFraction: usedOf(6_000),
  hasSeparateTriggers: false,
  amendReplaces: true,
  replacesBy: 'cancelOrigClientOrderId',
  // Of a cancel-and-replace: -2021 the old order is gone and the new one refused, -2022 nothing was done.
  refusals: { ...REFUSALS, '-2021': 'other', '-2022': 'order-not-found' },
  unknownCodes: [...shared.unknownCodes, '-2021'],
  // ccxt's cancel-and-replace knows no other name for it.
  stopCall: ({ price }) => ({ type: 'market', params: { stopPrice: price } }),
  placePair,
  // The asset is locked by the stop that rests: cancel and replace in one call.
  capabilities: { stopReplace: 'replace', stopTrigger: ['last'], keyPermissions: true },
  forgetLogin: (client) => {
    // ccxt keeps its login as a subscription of the socket: it goes with the socket.
    client.options.spot = { ...(client.options.spot as object | undefined), lastAuthenticatedTime: 0 };
  },
};
