import type { CcxtClient, CcxtOrder } from '../ccxt-client.ts';
import type { VenueProfile } from '../venue-profile.ts';

const info = (order: CcxtOrder) => (order.info ?? {}) as Readonly<Record<string, unknown>>;
const text = (value: unknown) => (typeof value === 'string' && value !== '' && value !== '0' ? value : null);

/** Kinds of orders that wait for a price and then place another one. */
const ALGO_TYPES = ['conditional', 'oco', 'trigger', 'move_order_stop'];
const isAlgo = (order: CcxtOrder) =>
  text(info(order).algoId) !== null &&
  (ALGO_TYPES.includes(String(info(order).ordType)) || text(info(order).ordId) === null);

/** OKX v5 (okx.com/docs-v5, "Error code"). `isPerpetual` chooses linear swaps over spot. */
export function okx(isPerpetual: boolean): VenueProfile {
  return {
    options: {
      defaultType: isPerpetual ? 'swap' : 'spot',
      fetchMarkets: { types: [isPerpetual ? 'swap' : 'spot'] },
      fetchCurrencies: false,
      // Else it tags orders for its makers.
      brokerId: undefined,
    },
    burstMs: 2_000,
    rowsPerAnswer: 100,
    olderParams: (rows) => {
      const ids = rows.map(({ info: told }) => BigInt(String((told as { readonly billId?: unknown }).billId)));
      return { after: String(ids.reduce((oldest, id) => (id < oldest ? id : oldest))) };
    },
    idForm: 'plain',
    idParam: 'clientOrderId',
    stopIdParam: 'algoClOrdId',
    cancelNeedsId: true,
    findBy: 'fetchOrder',
    hasSeparateTriggers: true,
    marketNeedsPrice: false,
    marginModePerRequest: isPerpetual,
    editStop: (price) => ({ type: 'conditional', params: { stopLossPrice: price, newSlOrdPx: '-1' } }),
    stopCall: ({ price, trigger }) => ({
      type: 'market',
      params: {
        stopLossPrice: price,
        slTriggerPxType: trigger === 'mark' ? 'mark' : 'last',
        ...(!isPerpetual && { tdMode: 'cash' }),
      },
    }),
    capabilities: {
      stopReplace: 'amend',
      amendInPlace: true,
      stopTrigger: ['last', 'mark'],
      deadMansSwitch: true,
      keyPermissions: true,
    },
    codeOf: (message) =>
      /"sCode":\s*"([1-9]\d*)"/.exec(message)?.[1] ?? /"code":\s*"([1-9]\d*)"/.exec(message)?.[1] ?? null,
    refusals: {
      '50011': 'rate-limit',
      '50061': 'rate-limit',
      '50100': 'key',
      '50101': 'key',
      '50105': 'key',
      '50110': 'key',
      '50111': 'key',
      '50112': 'key',
      '50113': 'key',
      '50119': 'key',
      '50120': 'key',
      '51000': 'other',
      '51001': 'market-closed',
      '51008': 'insufficient-funds',
      '51010': 'position-mode',
      '51016': 'duplicate-id',
      '51020': 'below-minimum',
      '51022': 'market-closed',
      '51121': 'precision',
      '51131': 'insufficient-funds',
      '51136': 'price-limit',
      '51137': 'price-limit',
      '51138': 'price-limit',
      '51169': 'reduce-only',
      '51202': 'too-many-orders',
      '51205': 'reduce-only',
      '51277': 'would-trigger',
      '51278': 'would-trigger',
      '51279': 'would-trigger',
      '51280': 'would-trigger',
      '51400': 'order-not-found',
      '51401': 'order-not-found',
      '51402': 'order-not-found',
      '51410': 'order-not-found',
      '51503': 'order-not-found',
      '51603': 'order-not-found',
      '59107': 'leverage',
    },
    unknownCodes: ['50001', '50004', '50013', '50026', '51149', '51054'],
    closedFlag: (message, openTime) => {
      const rows = (message as { readonly data?: unknown } | null)?.data;
      if (!Array.isArray(rows)) return null;
      const row = rows.find((one: unknown) => Array.isArray(one) && Number(one[0]) === openTime);
      const flag = row?.[8];
      return flag === undefined ? null : String(flag) === '1';
    },
    isTrigger: isAlgo,
    // ccxt takes the id of the algo order that placed an order for its own, and does not read the client id of algo orders.
    idOf: (order) => text(isAlgo(order) ? info(order).algoId : info(order).ordId),
    clientIdOf: (order) => text(isAlgo(order) ? info(order).algoClOrdId : info(order).clOrdId),
    // On the private stream a fee that is charged is negative, and ccxt passes it on so.
    feeOf: ({ info: told }) => {
      const { fillFee, fillFeeCcy } = (told ?? {}) as Readonly<Record<string, unknown>>;
      return text(fillFee) === null ? null : { fee: -Number(fillFee), asset: String(fillFeeCcy) };
    },
    childId: (order) => {
      const list = info(order).ordIdList;
      return text(Array.isArray(list) ? list[0] : undefined) ?? text(info(order).ordId);
    },
    reasonOf: (order) => text(info(order).failCode) ?? text(info(order).cancelSourceReason),
    isLiquidation: ({ category }) =>
      ['full_liquidation', 'partial_liquidation', 'adl', 'delivery'].includes(String(category)),
    keyPermissions: async (client: CcxtClient) => {
      const ask = client.privateGetAccountConfig as () => Promise<{
        readonly data?: readonly { readonly perm?: string }[];
      }>;
      const perm = (await ask.call(client)).data?.[0]?.perm;
      const has = (name: string) => (perm === undefined ? null : perm.split(',').includes(name));
      return { read: has('read_only'), trade: has('trade'), withdraw: has('withdraw') };
    },
    // At least 10 s at OKX; 0 disarms.
    deadMansSwitch: (client, ms) => client.cancelAllOrdersAfter(ms === 0 ? 0 : Math.max(10_000, ms)),
    testnet: 'sandbox',
    fillsPerPair: false,
    triggerWatchParams: [{ trigger: true }],
    triggerListParams: [{ trigger: true, ordType: 'conditional' }],
  };
}
