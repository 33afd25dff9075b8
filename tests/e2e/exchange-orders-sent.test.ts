import { afterEach, describe, expect, it } from 'vitest';
import { encodeOrderId } from '../../core/exchange/client-order-id.ts';
import type { ExchangePort, OrderRequest, Outcome } from '../../core/ports/exchange.ts';
import type { Answers } from './recorded-fixture.ts';
import { openVenue, VENUES, type Venue } from './venues-fixture.ts';

// What leaves for exchanges that no replay speaks for: the requests that the unmodified ccxt sends for our orders, and what their refusals become.
const ID = 'tg00112233445566778899aabbccdd';
const NEXT = 'tg99112233445566778899aabbccdd';

type Made = Awaited<ReturnType<typeof openVenue>>;
let made: Made;
afterEach(() => made.exchange.close());

async function open(venue: Venue, answers: Answers = {}): Promise<ExchangePort> {
  made = await openVenue(venue, answers);
  return made.exchange;
}

const order = (venue: Venue, parts: Partial<OrderRequest>): OrderRequest => ({
  clientOrderId: ID,
  pair: venue.market.symbol,
  side: 'buy',
  kind: 'market',
  amount: 0.5,
  urgency: 'entry',
  ...parts,
});
const stop = (venue: Venue, price = 80): Partial<OrderRequest> => ({
  side: 'sell',
  kind: 'stop',
  price,
  urgency: 'exit',
  ...(venue.kind === 'perpetual' && { reduceOnly: true }),
});

/** Bodies (or queries) of requests to an address with these words. */
function sent(words: string): Record<string, unknown>[] {
  return made.asked
    .filter(({ url }) => url.includes(words))
    .map(({ url, body }) => {
      if (body.startsWith('{')) return JSON.parse(body) as Record<string, unknown>;
      if (body.startsWith('[')) return (JSON.parse(body) as Record<string, unknown>[])[0]!;
      return Object.fromEntries(new URLSearchParams(body || url.split('?')[1]));
    });
}

type Row = readonly [venue: keyof typeof VENUES, what: string, order: Partial<OrderRequest>, to: string, body: object];
const uuid = encodeOrderId(ID, 'uuid');
const cloid = encodeOrderId(ID, 'cloid');

const ROWS: readonly Row[] = [
  [
    'bybit',
    'a market order',
    {},
    'order/create',
    { side: 'Buy', orderType: 'Market', qty: '0.5', orderLinkId: ID, category: 'linear' },
  ],
  [
    'bybit',
    'a post-only order',
    { kind: 'limit', price: 90, postOnly: true },
    'order/create',
    { timeInForce: 'PostOnly', price: '90' },
  ],
  [
    'bybit',
    'a stop',
    stop(VENUES.bybit),
    'order/create',
    { orderType: 'Market', triggerPrice: '80', triggerDirection: 2, triggerBy: 'LastPrice', reduceOnly: true },
  ],
  [
    'bybitSpot',
    'a market buy in base units',
    {},
    'order/create',
    { qty: '0.5', marketUnit: 'baseCoin', category: 'spot' },
  ],
  [
    'bybitSpot',
    'a stop',
    stop(VENUES.bybitSpot),
    'order/create',
    { orderFilter: 'StopOrder', triggerPrice: '80', qty: '0.5' },
  ],
  [
    'okx',
    'a market order in contracts, isolated',
    {},
    'batch-orders',
    { ordType: 'market', sz: '50', tdMode: 'isolated', clOrdId: ID },
  ],
  [
    'okx',
    'a post-only order',
    { kind: 'limit', price: 90, postOnly: true },
    'batch-orders',
    { ordType: 'post_only', px: '90', sz: '50' },
  ],
  [
    'okx',
    'an IOC order',
    { kind: 'limit', price: 90, timeInForce: 'IOC' },
    'batch-orders',
    { ordType: 'ioc', px: '90' },
  ],
  [
    'okx',
    'a stop',
    stop(VENUES.okx),
    'order-algo',
    {
      ordType: 'conditional',
      slTriggerPx: '80',
      slOrdPx: '-1',
      slTriggerPxType: 'last',
      sz: '50',
      reduceOnly: true,
      algoClOrdId: ID,
      tdMode: 'isolated',
    },
  ],
  ['okxSpot', 'a market buy in base units', {}, 'batch-orders', { sz: '0.5', tgtCcy: 'base_ccy', tdMode: 'cash' }],
  ['okxSpot', 'a stop', stop(VENUES.okxSpot), 'order-algo', { sz: '0.5', tdMode: 'cash', slTriggerPx: '80' }],
  ['kraken', 'a market order', {}, 'AddOrder', { ordertype: 'market', type: 'buy', volume: '0.5', cl_ord_id: uuid }],
  [
    'kraken',
    'a post-only order',
    { kind: 'limit', price: 90, postOnly: true },
    'AddOrder',
    { ordertype: 'limit', price: '90', oflags: 'post' },
  ],
  [
    'kraken',
    'a stop',
    stop(VENUES.kraken),
    'AddOrder',
    { ordertype: 'stop-loss', price: '80', trigger: 'last', type: 'sell' },
  ],
  [
    'coinbase',
    'a market order as a limit within 3 %',
    {},
    'brokerage/orders',
    {
      client_order_id: ID,
      side: 'BUY',
      order_configuration: { sor_limit_ioc: { base_size: '0.5', limit_price: '103' } },
    },
  ],
  [
    'coinbase',
    'a stop as a limit within 3 %',
    stop(VENUES.coinbase),
    'brokerage/orders',
    {
      order_configuration: {
        stop_limit_stop_limit_gtc: {
          base_size: '0.5',
          limit_price: '77.6',
          stop_price: '80',
          stop_direction: 'STOP_DIRECTION_STOP_DOWN',
        },
      },
    },
  ],
  [
    'hyperliquid',
    'a market order as a limit within 5 %',
    {},
    '/exchange',
    {
      action: {
        type: 'order',
        orders: [{ b: true, p: '105', s: '0.5', r: false, t: { limit: { tif: 'Ioc' } }, c: cloid }],
      },
    },
  ],
  [
    'hyperliquid',
    'a post-only order',
    { kind: 'limit', price: 90, postOnly: true },
    '/exchange',
    { action: { orders: [{ p: '90', t: { limit: { tif: 'Alo' } } }] } },
  ],
  [
    'hyperliquid',
    'a stop',
    stop(VENUES.hyperliquid),
    '/exchange',
    { action: { orders: [{ r: true, t: { trigger: { isMarket: true, triggerPx: '80', tpsl: 'sl' } } }] } },
  ],
];

describe('orders as they leave', () => {
  it.each(ROWS)('%s: %s', async (name, _what, parts, to, body) => {
    const venue: Venue = VENUES[name];
    const exchange = await open(venue);
    await exchange.submit(order(venue, parts));
    expect(sent(to)).toMatchObject([body]);
    // Nobody's tag but ours.
    expect(JSON.stringify(sent(to)).toLowerCase()).not.toMatch(/ccxt|"tag":"\w/);
  });
});

describe('a stop is moved in place', () => {
  const ref = (venue: Venue) => ({
    pair: venue.market.symbol,
    clientOrderId: ID,
    exchangeId: '17',
    isTrigger: venue.id === 'okx',
  });
  it.each([
    ['bybit', 'order/amend', { orderId: '17', triggerPrice: '85', qty: '0.5' }],
    ['okx', 'amend-algos', { algoId: '17', newSlTriggerPx: '85', newSlOrdPx: '-1', newSz: '50' }],
    ['kraken', 'AmendOrder', { txid: '17', trigger_price: '85', order_qty: '0.5' }],
    [
      'hyperliquid',
      '/exchange',
      {
        action: {
          type: 'batchModify',
          modifies: [
            { oid: 17, order: { r: true, c: encodeOrderId(NEXT, 'cloid'), t: { trigger: { triggerPx: '85' } } } },
          ],
        },
      },
    ],
  ] as const)('%s', async (name, to, body) => {
    const venue: Venue = VENUES[name];
    const exchange = await open(venue);
    await exchange.amend(ref(venue), { ...order(venue, stop(venue, 85)), clientOrderId: NEXT });
    expect(sent(to)).toMatchObject([body]);
  });

  it('coinbase cannot, and says so before anything leaves', async () => {
    const exchange = await open(VENUES.coinbase);
    const outcome = await exchange.amend(ref(VENUES.coinbase), order(VENUES.coinbase, stop(VENUES.coinbase)));
    expect(outcome).toMatchObject({ outcome: 'denied', code: 'unsupported' });
    expect(made.asked).toEqual([]);
  });
});

describe('refusals are understood', () => {
  const okx = (sCode: string) => ({ code: '1', data: [{ clOrdId: ID, ordId: '', sCode, sMsg: 'no' }], msg: 'failed' });
  const bybit = (retCode: number) => ({ retCode, retMsg: 'no', result: {} });
  const kraken = (error: string) => ({ error: [error] });
  const hyperliquid = (error: string) => ({
    status: 'ok',
    response: { type: 'order', data: { statuses: [{ error }] } },
  });
  const coinbase = (reason: string) => ({
    success: false,
    error_response: { error: reason, message: 'no', preview_failure_reason: reason },
  });
  it.each([
    ['okx', 'batch-orders', okx('51008'), 'refused insufficient-funds'],
    ['okx', 'batch-orders', okx('51020'), 'refused below-minimum'],
    ['okx', 'batch-orders', okx('51169'), 'refused reduce-only'],
    ['okx', 'batch-orders', { code: '50011', msg: 'Too Many Requests', data: [] }, 'refused rate-limit'],
    ['okx', 'batch-orders', { code: '50111', msg: 'Invalid OK-ACCESS-KEY', data: [] }, 'refused key'],
    ['okx', 'batch-orders', { code: '50004', msg: 'Endpoint request timeout', data: [] }, 'unknown'],
    ['bybit', 'order/create', bybit(110_007), 'refused insufficient-funds'],
    ['bybit', 'order/create', bybit(110_017), 'refused reduce-only'],
    ['bybit', 'order/create', bybit(10_006), 'refused rate-limit'],
    ['bybit', 'order/create', bybit(10_003), 'refused key'],
    ['bybit', 'order/create', bybit(10_016), 'unknown'],
    ['kraken', 'AddOrder', kraken('EOrder:Insufficient funds'), 'refused insufficient-funds'],
    ['kraken', 'AddOrder', kraken('EOrder:Order minimum not met'), 'refused below-minimum'],
    ['kraken', 'AddOrder', kraken('EAPI:Invalid key'), 'refused key'],
    ['kraken', 'AddOrder', kraken('EService:Unavailable'), 'unknown'],
    ['kraken', 'AddOrder', kraken('EAPI:Rate limit exceeded'), 'refused rate-limit'],
    ['coinbase', 'brokerage/orders', coinbase('PREVIEW_INSUFFICIENT_FUND'), 'refused insufficient-funds'],
    ['coinbase', 'brokerage/orders', coinbase('PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY'), 'refused would-take'],
    [
      'hyperliquid',
      '/exchange',
      hyperliquid('Insufficient margin to place order. asset=0'),
      'refused insufficient-funds',
    ],
    ['hyperliquid', '/exchange', hyperliquid('Order must have minimum value of $10. asset=0'), 'refused below-minimum'],
    [
      'hyperliquid',
      '/exchange',
      hyperliquid('Reduce only order would increase position. asset=0'),
      'refused reduce-only',
    ],
    ['kraken', 'AddOrder', '<html>502</html>', 'unknown'],
    ['bybit', 'order/create', '{"retCode":0,"result":{"ord', 'unknown'],
    ['okx', 'batch-orders', { code: '0', data: [] }, 'unknown'],
  ] as const)('%s, %s: %j is %s', async (name, to, answer, expected) => {
    const venue: Venue = VENUES[name];
    const exchange = await open(venue, { [to]: answer });
    const outcome: Outcome = await exchange.submit(order(venue, { kind: 'limit', price: 90 }));
    expect('code' in outcome ? `${outcome.outcome} ${outcome.code}` : outcome.outcome).toBe(expected);
    expect(sent(to)).toHaveLength(1);
  });
});

it('cancels by the exchange its own id where nothing else is taken', async () => {
  const listed = {
    retCode: 0,
    result: {
      list: [
        {
          orderId: '17',
          orderLinkId: ID,
          symbol: 'BTCUSDT',
          orderStatus: 'New',
          side: 'Buy',
          orderType: 'Limit',
          qty: '0.5',
          price: '90',
        },
      ],
    },
  };
  const exchange = await open(VENUES.bybit, { 'order/realtime': listed });
  await exchange.cancel({ pair: 'BTC/USDT:USDT', clientOrderId: ID, isTrigger: false });
  expect(sent('order/cancel')).toMatchObject([{ orderId: '17' }]);
});
