import type { CcxtClient } from '../ccxt-client.ts';
import type { VenueProfile } from '../venue-profile.ts';

/** A market order is a limit order that takes what it can within this distance, and a stop sells or buys within it: the venue has no others in base units. */
const COLLAR = 0.03;

/** Coinbase Advanced Trade, spot (docs.cdp.coinbase.com). No candle stream in ccxt: candles are polled. */
export const COINBASE: VenueProfile = {
  options: { fetchCurrencies: false },
  burstMs: 1_000,
  rowsPerAnswer: 100,
  olderParams: (rows) => {
    const cursor = rows.map(({ info }) => (info as { readonly cursor?: unknown }).cursor).find(Boolean);
    return cursor === undefined ? null : { cursor };
  },
  idForm: 'plain',
  idParam: 'client_order_id',
  cancelNeedsId: true,
  findBy: { listParam: null },
  hasSeparateTriggers: false,
  marketNeedsPrice: true,
  marketCall: ({ side }, reference) => ({
    type: 'limit',
    price: reference * (side === 'buy' ? 1 + COLLAR : 1 - COLLAR),
    params: { timeInForce: 'IOC' },
  }),
  stopCall: ({ side, price }) => ({
    type: 'limit',
    price: price * (side === 'buy' ? 1 + COLLAR : 1 - COLLAR),
    params: { stopLossPrice: price },
  }),
  capabilities: { stopReplace: 'gap', stopTrigger: ['last'], keyPermissions: true, reduceOnly: false },
  codeOf: (message) =>
    /"(?:preview_failure_reason|failure_reason|error)":\s*"([A-Z_]+)"/.exec(message)?.[1] ??
    /\b([A-Z]{4,}(?:_[A-Z]+)+)\b/.exec(message)?.[1] ??
    null,
  refusals: {
    INSUFFICIENT_FUND: 'insufficient-funds',
    INSUFFICIENT_FUNDS: 'insufficient-funds',
    PREVIEW_INSUFFICIENT_FUND: 'insufficient-funds',
    INVALID_LIMIT_PRICE: 'price-limit',
    INVALID_LIMIT_PRICE_POST_ONLY: 'would-take',
    PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY: 'would-take',
    INVALID_BASE_SIZE_TOO_SMALL: 'below-minimum',
    PREVIEW_INVALID_BASE_SIZE_TOO_SMALL: 'below-minimum',
    INVALID_QUOTE_SIZE_TOO_SMALL: 'below-minimum',
    INVALID_PRICE_PRECISION: 'precision',
    INVALID_SIZE_PRECISION: 'precision',
    ORDER_ENTRY_DISABLED: 'market-closed',
    INELIGIBLE_PAIR: 'market-closed',
    UNKNOWN_CANCEL_ORDER: 'order-not-found',
    NOT_FOUND: 'order-not-found',
    PERMISSION_DENIED: 'key',
  },
  unknownCodes: ['UNKNOWN_FAILURE_REASON', 'INTERNAL', 'UNAVAILABLE'],
  keyPermissions: async (client: CcxtClient) => {
    const ask = client.v3PrivateGetBrokerageKeyPermissions as () => Promise<Readonly<Record<string, unknown>>>;
    const may = await ask.call(client);
    const says = (name: string) => (typeof may[name] === 'boolean' ? (may[name] as boolean) : null);
    return { read: says('can_view'), trade: says('can_trade'), withdraw: says('can_transfer') };
  },
  fillsPerPair: false,
};
