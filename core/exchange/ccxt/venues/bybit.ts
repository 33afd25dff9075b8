import type { CcxtClient } from '../ccxt-client.ts';
import type { VenueProfile } from '../venue-profile.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Bybit v5 unified account (bybit-exchange.github.io/docs/v5/error). `isPerpetual` chooses USDT and USDC perpetuals over spot. */
export function bybit(isPerpetual: boolean): VenueProfile {
  return {
    options: {
      defaultType: isPerpetual ? 'swap' : 'spot',
      fetchMarkets: { types: [isPerpetual ? 'linear' : 'spot'] },
      fetchCurrencies: false,
      createMarketBuyOrderRequiresPrice: false,
    },
    burstMs: 2_000,
    fillsWindowMs: 7 * 86_400_000,
    paymentsWindowMs: 7 * 86_400_000,
    rowsPerAnswer: 100,
    olderParams: (rows) => {
      const cursor = rows.map(({ info }) => (info as Raw).nextPageCursor).find(Boolean);
      return cursor === undefined ? null : { cursor };
    },
    // ccxt leaves out liquidations and deleveraging: all kinds of executions are asked for, those that the stream tells are fills.
    fillParams: { execType: undefined },
    isFill: ({ execType }) => /^(Trade|AdlTrade|BustTrade|Settle)$/.test(String(execType ?? 'Trade')),
    // ccxt asks for a size that the venue does not know.
    paymentParams: { limit: 100 },
    // A fee: what was paid is positive, and ccxt passes it on so.
    paymentAmount: ({ info }) => -Number((info as Raw).execFee),
    usedFraction: (headers) => {
      const says = (name: string) => Number(headers[name] ?? headers[name.toLowerCase()]);
      const left = says('X-Bapi-Limit-Status') / says('X-Bapi-Limit');
      return Number.isFinite(left) ? 1 - left : null;
    },
    idForm: 'plain',
    idParam: 'clientOrderId',
    cancelNeedsId: true,
    findBy: { listParam: 'orderLinkId' },
    hasSeparateTriggers: false,
    marketNeedsPrice: false,
    ...(!isPerpetual && {
      // Without it a market buy of the unified account would count in quote.
      marketCall: () => ({ type: 'market' as const, params: { marketUnit: 'baseCoin' } }),
    }),
    editStop: (price) => ({ type: 'market', params: { triggerPrice: String(price) } }),
    stopCall: ({ side, price, trigger }) => ({
      type: 'market',
      params: isPerpetual
        ? {
            triggerPrice: price,
            triggerDirection: side === 'sell' ? 'descending' : 'ascending',
            triggerBy: trigger === 'mark' ? 'MarkPrice' : 'LastPrice',
          }
        : { triggerPrice: price, marketUnit: 'baseCoin' },
    }),
    capabilities: {
      stopReplace: 'amend',
      amendInPlace: true,
      stopTrigger: isPerpetual ? ['last', 'mark'] : ['last'],
      deadMansSwitch: true,
      keyPermissions: true,
    },
    codeOf: (message) => /"ret_?[cC]ode":\s*"?(\d+)/.exec(message)?.[1] ?? null,
    refusals: {
      '10001': 'other',
      '10003': 'key',
      '10004': 'key',
      '10005': 'key',
      '10010': 'key',
      '10006': 'rate-limit',
      '10018': 'rate-limit',
      '33004': 'key',
      '110001': 'order-not-found',
      '110003': 'price-limit',
      '110004': 'insufficient-funds',
      '110007': 'insufficient-funds',
      '110009': 'too-many-orders',
      '110012': 'insufficient-funds',
      '110013': 'leverage',
      '110017': 'reduce-only',
      '110020': 'too-many-orders',
      '110025': 'position-mode',
      '110043': 'leverage',
      '110044': 'insufficient-funds',
      '110072': 'duplicate-id',
      '110092': 'would-trigger',
      '110093': 'would-trigger',
      '110094': 'below-minimum',
      '110213': 'order-not-found',
      '170124': 'below-minimum',
      '170131': 'insufficient-funds',
      '170134': 'precision',
      '170136': 'below-minimum',
      '170137': 'precision',
      '170140': 'below-minimum',
      '170141': 'duplicate-id',
      '170213': 'order-not-found',
      '170218': 'would-take',
    },
    unknownCodes: ['10000', '10016', '170007', '3400000'],
    isLiquidation: ({ createType, cancelType, execType }) =>
      [createType, cancelType, execType].some((type) => /Liq|Adl|Bust|Settle/.test(String(type ?? ''))),
    closedFlag: (message, openTime) => {
      const rows = (message as { readonly data?: unknown } | null)?.data;
      if (!Array.isArray(rows)) return null;
      const row = rows.find((one: { readonly start?: unknown }) => Number(one?.start) === openTime);
      return typeof row?.confirm === 'boolean' ? row.confirm : null;
    },
    keyPermissions: async (client: CcxtClient) => {
      const ask = client.privateGetV5UserQueryApi as () => Promise<{
        readonly result?: Readonly<Record<string, unknown>>;
      }>;
      const { result = {} } = await ask.call(client);
      const all = (result.permissions ?? {}) as Readonly<Record<string, readonly string[] | undefined>>;
      return {
        read: true,
        trade: String(result.readOnly) === '0' && (all[isPerpetual ? 'ContractTrade' : 'Spot']?.length ?? 0) > 0,
        withdraw: result.permissions === undefined ? null : (all.Wallet ?? []).includes('Withdraw'),
      };
    },
    // Needs at least 3 s; the venue's own setting covers all orders of the product.
    deadMansSwitch: (client, ms) =>
      client.cancelAllOrdersAfter(Math.max(3_000, ms === 0 ? 300_000 : ms), { type: isPerpetual ? 'swap' : 'spot' }),
    testnet: 'sandbox',
    fillsPerPair: false,
    positionListParams: [{ settleCoin: 'USDT' }, { settleCoin: 'USDC' }],
    ...(!isPerpetual && { otherCancelParams: { orderFilter: 'StopOrder' } }),
    // Conditional orders that have not triggered are told with the others.
    triggerListParams: isPerpetual ? [] : [{ orderFilter: 'StopOrder' }],
  };
}
