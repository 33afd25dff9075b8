import type { CcxtMarket } from '../../core/exchange/ccxt/ccxt-client.ts';
import type { ExchangeKeys } from '../../core/exchange/ccxt/make-client.ts';
import { type Answers, recordedExchange } from './recorded-fixture.ts';

const market = (id: string, symbol: string, isPerpetual: boolean, more: object = {}) => ({
  id,
  symbol,
  base: 'BTC',
  quote: symbol.slice(4).split(':')[0],
  type: isPerpetual ? 'swap' : 'spot',
  spot: !isPerpetual,
  swap: isPerpetual,
  contract: isPerpetual,
  ...(isPerpetual && { settle: symbol.split(':')[1], linear: true, inverse: false, contractSize: 1 }),
  active: true,
  maker: 0.001,
  taker: 0.002,
  precision: { price: 0.01, amount: 0.0001 },
  limits: { amount: { min: 0.0001 }, cost: { min: 1 }, price: {}, leverage: { max: 50 } },
  info: {},
  ...more,
});

/** An exchange that no replay speaks for, with one market. */
export interface Venue {
  readonly id: string;
  readonly kind: 'spot' | 'perpetual';
  readonly market: ReturnType<typeof market>;
  readonly answers?: Answers;
  readonly keys?: ExchangeKeys;
}

const UNIFIED = {
  'user/query-api': { retCode: 0, result: { uta: 1, unified: 1 } },
  'account/info': { retCode: 0, result: { unifiedMarginStatus: 5 } },
};
export const VENUES = {
  bybit: { id: 'bybit', kind: 'perpetual', market: market('BTCUSDT', 'BTC/USDT:USDT', true), answers: UNIFIED },
  bybitUsdc: { id: 'bybit', kind: 'perpetual', market: market('BTCPERP', 'BTC/USDC:USDC', true), answers: UNIFIED },
  bybitSpot: { id: 'bybit', kind: 'spot', market: market('BTCUSDT', 'BTC/USDT', false), answers: UNIFIED },
  okx: {
    id: 'okx',
    kind: 'perpetual',
    market: market('BTC-USDT-SWAP', 'BTC/USDT:USDT', true, {
      contractSize: 0.01,
      precision: { price: 0.01, amount: 0.1 },
    }),
  },
  okxSpot: { id: 'okx', kind: 'spot', market: market('BTC-USDT', 'BTC/USDT', false) },
  kraken: {
    id: 'kraken',
    kind: 'spot',
    market: market('XXBTZUSD', 'BTC/USD', false, { info: { altname: 'XBTUSD', wsname: 'XBT/USD' } }),
    keys: { apiKey: 'k', secret: 'czNjcmV0czNjcmV0' },
  },
  coinbase: {
    id: 'coinbase',
    kind: 'spot',
    market: market('BTC-USD', 'BTC/USD', false),
    answers: {
      product_book: { pricebook: { bids: [{ price: '99', size: '1' }], asks: [{ price: '101', size: '1' }] } },
    },
  },
  hyperliquid: {
    id: 'hyperliquid',
    kind: 'perpetual',
    market: market('0', 'BTC/USDC:USDC', true, { baseId: '0', info: { name: 'BTC' } }),
    answers: {
      l2Book: { coin: 'BTC', levels: [[{ px: '99', sz: '1', n: 1 }], [{ px: '101', sz: '1', n: 1 }]], time: 1 },
    },
    keys: { walletAddress: `0x${'0'.repeat(39)}1`, privateKey: `0x${'1'.repeat(64)}` },
  },
} as const satisfies Record<string, Venue>;

/** The adapter with the unmodified ccxt behind it; `asked` has what left since the markets were loaded. */
export async function openVenue(venue: Venue, answers: Answers = {}) {
  const made = await recordedExchange(venue.id, venue.kind, { ...answers, ...venue.answers, '': {} }, venue.keys);
  const client = made.client as unknown as Record<string, unknown>;
  client.fetchMarkets = async () => [venue.market as unknown as CcxtMarket];
  client.fetchCurrencies = async () => ({});
  await made.exchange.loadMarkets();
  made.asked.length = 0;
  return made;
}
