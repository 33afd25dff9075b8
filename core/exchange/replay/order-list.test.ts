import { describe, expect, it } from 'vitest';
import type { ReplayExchange } from './replay-exchange.ts';
import { make } from './rest-fixture.ts';
import { toMoney } from './units.ts';

const oco = {
  symbol: 'BTCUSDT',
  side: 'SELL',
  quantity: '0.05000',
  aboveType: 'LIMIT_MAKER',
  abovePrice: '42000.00',
  aboveClientOrderId: 'profit',
  belowType: 'STOP_LOSS',
  belowStopPrice: '38000.00',
  belowClientOrderId: 'stop',
  listClientOrderId: 'pair',
};
const PLACE = 'POST /api/v3/orderList/oco';

/** A market that stands at 40,000 until told otherwise. */
function start(options: Parameters<typeof make>[0] = {}) {
  const made = make(options);
  const { exchange } = made;
  const events: Record<string, unknown>[] = [];
  const connection = exchange.hub.open('spot', {
    send: (text) => void events.push((JSON.parse(text) as { event: Record<string, unknown> }).event),
    close: () => {},
  });
  connection.subscriptionId = 1;
  price(exchange, 40_000);
  events.length = 0;
  return { ...made, events };
}

function price(exchange: ReplayExchange, at: number): void {
  exchange
    .markets('spot')
    .get('BTCUSDT')!
    .script([[exchange.now, at]]);
  exchange.advance(5_000);
}

const states = (exchange: ReplayExchange) => exchange.spot.orders.all().map((o) => [o.clientId, o.status]);
const told = (events: readonly Record<string, unknown>[]) =>
  events.flatMap((e) =>
    e.e === 'executionReport' ? [`${e.c} ${e.x} ${e.g}`] : e.e === 'listStatus' ? [`list ${e.C} ${e.L}`] : [],
  );

describe('two orders of which one cancels the other', () => {
  it('are placed together, hold the money once, and are told with their list', () => {
    const { exchange, ask, events } = start();
    const { json } = ask(PLACE, oco);
    expect(json).toMatchObject({
      orderListId: 1,
      contingencyType: 'OCO',
      listStatusType: 'EXEC_STARTED',
      listOrderStatus: 'EXECUTING',
      listClientOrderId: 'pair',
      symbol: 'BTCUSDT',
      orderReports: [
        { clientOrderId: 'profit', type: 'LIMIT_MAKER', status: 'NEW', price: '42000.00', orderListId: 1 },
        { clientOrderId: 'stop', type: 'STOP_LOSS', status: 'NEW', stopPrice: '38000.00', orderListId: 1 },
      ],
    });
    expect(exchange.spot.wallet.of('BTC')).toEqual({ free: toMoney(0.05), locked: toMoney(0.05) });
    expect(told(events)).toEqual(['profit NEW 1', 'stop NEW 1', 'list pair EXECUTING']);
    expect(ask('GET /api/v3/orderList', { origClientOrderId: 'pair' }).json).toMatchObject({ orderListId: 1 });
    expect(ask('GET /api/v3/openOrderList').json).toHaveLength(1);
    expect(ask('GET /api/v3/openOrders', { symbol: 'BTCUSDT' }).json).toHaveLength(2);
  });

  it('a profit that fills in part expires the stop at once; the list is over with its last fill', () => {
    const { exchange, ask, events } = start();
    ask(PLACE, oco);
    const [profit] = exchange.spot.lists.find(1n, null)!.legs;
    events.length = 0;
    exchange.spot.fillResting(profit, 2_000);
    expect(states(exchange)).toEqual([
      ['profit', 'PARTIALLY_FILLED'],
      ['stop', 'EXPIRED'],
    ]);
    expect(told(events)).toEqual(['profit TRADE 1', 'stop EXPIRED 1']);
    expect(exchange.spot.wallet.of('BTC').locked).toBe(toMoney(0.03));
    exchange.spot.fillResting(profit, 3_000);
    expect(told(events).slice(2)).toEqual(['profit TRADE 1', 'list pair ALL_DONE']);
    expect(exchange.spot.wallet.of('BTC')).toEqual({ free: toMoney(0.05), locked: 0 });
    const rows = ask('GET /api/v3/myTrades', { symbol: 'BTCUSDT' }).json as unknown as { orderListId: number }[];
    expect(rows.map(({ orderListId }) => orderListId)).toEqual([1, 1]);
  });

  it('a stop that goes off expires the profit and sells at the market', () => {
    const { exchange, ask, events } = start();
    ask(PLACE, oco);
    events.length = 0;
    price(exchange, 37_900);
    expect(states(exchange)).toEqual([
      ['profit', 'EXPIRED'],
      ['stop', 'FILLED'],
    ]);
    expect(told(events)[0]).toBe('profit EXPIRED 1');
    expect(told(events).at(-1)).toBe('list pair ALL_DONE');
    expect(exchange.spot.wallet.of('BTC')).toEqual({ free: toMoney(0.05), locked: 0 });
    // The sum of what was booked is what is there.
    const { free, locked } = exchange.spot.wallet.of('USDT');
    expect(exchange.ledger.sum('spot', 'USDT')).toBe(free + locked);
  });

  it('a stop with a limit rests at it, with the money of both', () => {
    const { exchange, ask } = start();
    ask(PLACE, { ...oco, belowType: 'STOP_LOSS_LIMIT', belowPrice: '39000.00', belowTimeInForce: 'GTC' });
    price(exchange, 37_900);
    expect(states(exchange)).toEqual([
      ['profit', 'EXPIRED'],
      ['stop', 'NEW'],
    ]);
    expect(exchange.spot.wallet.of('BTC').locked).toBe(toMoney(0.05));
    price(exchange, 39_200);
    expect(states(exchange)[1]).toEqual(['stop', 'FILLED']);
    expect(exchange.spot.wallet.of('BTC')).toEqual({ free: toMoney(0.05), locked: 0 });
  });

  it('of purchases hold what the dearer one may cost', () => {
    const { exchange, ask } = start({ spotDeposits: { USDT: 5_000 } });
    const buy = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      quantity: '0.10000',
      aboveType: 'STOP_LOSS_LIMIT',
      aboveStopPrice: '41000.00',
      abovePrice: '42000.00',
      aboveTimeInForce: 'GTC',
      belowType: 'LIMIT_MAKER',
      belowPrice: '39000.00',
    };
    expect(ask(PLACE, buy).status).toBe(200);
    expect(exchange.spot.wallet.of('USDT')).toEqual({ free: toMoney(800), locked: toMoney(4_200) });
    price(exchange, 38_900);
    expect(exchange.spot.wallet.of('USDT')).toEqual({ free: toMoney(1_100), locked: 0 });
    expect(ask(PLACE, { ...buy, quantity: '0.20000' }).json.code).toBe(-2010);
    expect(exchange.spot.lists.all()).toHaveLength(1);
  });

  it.each([
    ['DELETE /api/v3/orderList', { listClientOrderId: 'pair' }],
    ['DELETE /api/v3/orderList', { orderListId: 1 }],
    ['DELETE /api/v3/order', { origClientOrderId: 'stop' }],
    ['DELETE /api/v3/order', { origClientOrderId: 'profit' }],
  ])('%s %o cancels both, and answers with the list', (call, params) => {
    const { exchange, ask } = start();
    ask(PLACE, oco);
    expect(ask(call, { symbol: 'BTCUSDT', ...params }).json).toMatchObject({
      listOrderStatus: 'ALL_DONE',
      orderReports: [
        { origClientOrderId: 'profit', status: 'CANCELED' },
        { origClientOrderId: 'stop', status: 'CANCELED' },
      ],
    });
    expect(exchange.spot.wallet.of('BTC')).toEqual({ free: toMoney(0.1), locked: 0 });
    expect(ask(call, { symbol: 'BTCUSDT', ...params }).json.code).toBe(-2011);
    // Its names are free again.
    expect(ask(PLACE, oco).status).toBe(200);
    expect(ask('DELETE /api/v3/openOrders', { symbol: 'BTCUSDT' }).json).toMatchObject([{ orderListId: 2 }]);
    expect(ask('GET /api/v3/allOrderList').json).toMatchObject([{ orderListId: 1 }, { orderListId: 2 }]);
    expect(ask('GET /api/v3/allOrderList', { fromId: 2 }).json).toHaveLength(1);
  });

  it('are asked for in the old way, too', () => {
    const { ask } = start();
    const old = { symbol: 'BTCUSDT', side: 'SELL', quantity: '0.05000', price: '42000.00', stopPrice: '38000.00' };
    expect(ask('POST /api/v3/order/oco', old).json).toMatchObject({
      orderReports: [{ type: 'LIMIT_MAKER' }, { type: 'STOP_LOSS' }],
    });
    const limited = { ...old, stopLimitPrice: '37900.00', stopLimitTimeInForce: 'GTC' };
    expect(ask('POST /api/v3/order/oco', limited).json).toMatchObject({
      orderReports: [{ type: 'LIMIT_MAKER' }, { type: 'STOP_LOSS_LIMIT', price: '37900.00', stopPrice: '38000.00' }],
    });
  });

  it.each([
    ['prices on the wrong sides', { abovePrice: '39000.00' }, -2010],
    ['two of a kind', { belowType: 'TAKE_PROFIT' }, -2010],
    ['a list that is there', {}, -2010],
    ['one name for two orders', { listClientOrderId: 'x', aboveClientOrderId: 'y', belowClientOrderId: 'y' }, -2010],
    ['more than there is', { listClientOrderId: 'x', quantity: '0.06000', aboveClientOrderId: 'y' }, -2010],
    ['a price that is not asked for', { belowPrice: '37000.00' }, -1106],
    ['no price where one is needed', { abovePrice: '' }, -1102],
    ['a market order in a list', { aboveType: 'MARKET' }, -1116],
    ['a size off the step', { quantity: '0.050001' }, -1111],
  ])('are refused for %s, and nothing is held', (_, change, code) => {
    const { exchange, ask } = start();
    ask(PLACE, oco);
    const before = { ...exchange.spot.wallet.of('BTC') };
    expect(ask(PLACE, { ...oco, ...change }).json.code).toBe(code);
    expect(exchange.spot.wallet.of('BTC')).toEqual(before);
    expect(exchange.spot.orders.open()).toHaveLength(2);
  });

  it('F9: a cancel of the list that comes too late: one has filled, the other expired', () => {
    const { exchange, ask } = start();
    ask(PLACE, oco);
    exchange.faults.inject('F9.race', { symbol: 'BTCUSDT' });
    expect(ask('DELETE /api/v3/orderList', { symbol: 'BTCUSDT', orderListId: 1 }).json.code).toBe(-2011);
    expect(states(exchange)).toEqual([
      ['profit', 'FILLED'],
      ['stop', 'EXPIRED'],
    ]);
  });

  it('count as two orders in the limits, which can be asked for', () => {
    const { ask } = start({
      limits: { spot: { weightPerMinute: 1e9, ordersPer10s: 4, ordersPerMinute: 9, ordersPerDay: 5 } },
    });
    ask(PLACE, oco);
    expect(ask('GET /api/v3/rateLimit/order').json).toEqual([
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 4, count: 2 },
      { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 5, count: 2 },
    ]);
    ask('DELETE /api/v3/orderList', { symbol: 'BTCUSDT', orderListId: 1 });
    ask(PLACE, oco);
    ask('DELETE /api/v3/orderList', { symbol: 'BTCUSDT', orderListId: 2 });
    expect(ask(PLACE, oco).json.code).toBe(-1015);
  });
});

describe('calls around the account', () => {
  it('assets of a spot account, orders of a futures account, and a place in the queue for auto-deleveraging', () => {
    const { exchange, ask } = start();
    expect(ask('POST /sapi/v3/asset/getUserAsset', { asset: 'BTC' }).json).toMatchObject([
      { asset: 'BTC', free: '0.10000000', locked: '0.00000000' },
    ]);
    expect(ask('POST /sapi/v3/asset/getUserAsset').json).toHaveLength(2);
    ask('POST /fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 10 });
    ask('POST /fapi/v1/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010' });
    expect(ask('GET /fapi/v1/rateLimit/order').json[1 as never]).toEqual({
      rateLimitType: 'ORDERS',
      interval: 'MINUTE',
      intervalNum: 1,
      limit: 1e9,
    });
    const market = exchange.markets('futures').get('BTCUSDT')!;
    const quantile = (change: number) => {
      market.script([[exchange.now, (exchange.futures.account.open()[0]!.entryCost / 1e6) * (1 + change)]]);
      exchange.advance(5_000);
      return ask('GET /fapi/v1/adlQuantile').json;
    };
    const rows = (BOTH: number) => [{ symbol: 'BTCUSDT', adlQuantile: { LONG: 0, SHORT: 0, BOTH } }];
    // Ten times leverage: a rise of 3 % is 29 % of the margin.
    expect(quantile(-0.01)).toEqual(rows(0));
    expect(quantile(0.03)).toEqual(rows(2));
    expect(quantile(0.2)).toEqual(rows(4));
  });
});
