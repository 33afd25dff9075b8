import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULTS } from './fault-catalogue.ts';
import { randomCandles } from './price-walk.ts';
import { make, SESSION, START } from './rest-fixture.ts';
import { toMoney } from './units.ts';

const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010', newOrderRespType: 'RESULT' };

describe('signed requests', () => {
  it('refuses a wrong key, a wrong signature, and a clock outside the window', () => {
    const { rest, ask } = make();
    const bare = (apiKey: string | null, query: string) =>
      rest.handle({ method: 'GET', path: '/fapi/v3/account', query, body: '', apiKey });
    expect(bare('nobody', 'timestamp=1').body).toContain('-2015');
    expect(bare('nobody', 'timestamp=1').status).toBe(401);
    expect(bare('k', `timestamp=${SESSION}&signature=00`).body).toContain('-1022');
    expect(ask('GET /fapi/v3/account', {}, SESSION - 5_001).json.code).toBe(-1021);
    expect(ask('GET /fapi/v3/account', {}, SESSION + 1_001).json.code).toBe(-1021);
    expect(ask('GET /fapi/v3/account', {}, SESSION + 1_000).status).toBe(200);
  });
});

describe('what clients beside ccxt ask for', () => {
  it('a mean price, candles and tickers under their other names, and a listen key for spot', () => {
    const { exchange, ask } = make();
    exchange.advance(600_000);
    const price: string = ask('GET /api/v3/avgPrice', { symbol: 'BTCUSDT' }).json.price!;
    const { trades, symbol } = exchange.markets('spot').get('BTCUSDT')!;
    const recent = trades.filter(({ time }) => time > exchange.now - 300_000);
    expect(recent.length).toBeGreaterThan(3);
    expect(trades.length).toBeGreaterThan(recent.length);
    const amount = recent.reduce((sum, { lots }) => sum + lots, 0);
    const mean = recent.reduce((sum, { tick, lots }) => sum + tick * lots, 0) / amount;
    expect(Number(price)).toBeCloseTo(mean * symbol.tickSize, 6);
    const candles = { symbol: 'BTCUSDT', interval: '1m', limit: 3 };
    expect(ask('GET /api/v3/uiKlines', candles).json).toEqual(ask('GET /api/v3/klines', candles).json);
    const two = ask('GET /fapi/v2/ticker/price', { symbol: 'BTCUSDT' }).json;
    expect(two).toEqual(ask('GET /fapi/v1/ticker/price', { symbol: 'BTCUSDT' }).json);
    const listenKey: string = ask('POST /api/v3/userDataStream').json.listenKey!;
    expect(exchange.listenKeys.isValid(listenKey)).toBe(true);
    expect(ask('DELETE /api/v3/userDataStream').status).toBe(200);
    expect(ask('PUT /api/v3/userDataStream').json.code).toBe(-1125);
  });
});

describe('matching', () => {
  it('F9: a spot stop at the market whose cancel comes too late fills at the market, not for nothing', () => {
    const { exchange, ask } = make();
    ask('POST /api/v3/order', {
      symbol: 'BTCUSDT',
      side: 'SELL',
      newClientOrderId: 'stop',
      type: 'STOP_LOSS',
      quantity: '0.01000',
      stopPrice: '30000.00',
    });
    exchange.faults.inject('F9.race', { symbol: 'BTCUSDT' });
    ask('DELETE /api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'stop' });
    const [fill] = exchange.spot.orders.fills;
    expect(fill).toMatchObject({ tick: exchange.markets('spot').get('BTCUSDT')!.lastTick, lots: 1_000 });
    expect(exchange.spot.wallet.of('BTC')).toEqual({ free: toMoney(0.09), locked: 0 });
  });

  it('fills a taker level by level and charges the taker fee of each fill', () => {
    const { exchange, ask } = make();
    ask('POST /fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 100 });
    const asks = exchange.markets('futures').get('BTCUSDT')!.book.levels(-1);
    const lots = asks[0]![1] + 5;
    expect(ask('POST /fapi/v1/order', { ...order, quantity: (lots / 1_000).toFixed(3) }).json.status).toBe('FILLED');
    const { fills } = exchange.futures.orders;
    expect(fills.map((f) => [f.tick, f.lots])).toEqual([
      [asks[0]![0], asks[0]![1]],
      [asks[1]![0], 5],
    ]);
    // 0.1 quote a tick times 0.001 base a lot is 1e-4 quote: 10,000 units of 1e-8; the taker pays 5 basis points.
    expect(fills[0]!.fee).toBe(Math.round(asks[0]![0] * asks[0]![1] * 10_000 * 0.0005));
  });

  it('rests a limit order in the public book and fills it as maker at its own price when the market comes through', () => {
    const { exchange, ask } = make();
    const market = exchange.markets('futures').get('BTCUSDT')!;
    const price = (market.last - 50).toFixed(1);
    const placed = ask('POST /fapi/v1/order', { ...order, type: 'LIMIT', timeInForce: 'GTC', price }).json;
    expect(placed.status).toBe('NEW');
    const bids = ask('GET /fapi/v1/depth', { symbol: 'BTCUSDT', limit: 1000 }).json.bids as unknown as string[][];
    expect(bids.find((row) => row[0] === price)).toBeDefined();
    market.script([[exchange.now + 5_000, market.last - 100]]);
    exchange.advance(10_000);
    const [fill] = exchange.futures.orders.fills;
    expect(fill!.isMaker).toBe(true);
    expect((fill!.tick * 0.1).toFixed(1)).toBe(price);
  });

  it('expires what an IOC cannot fill and all of a FOK that cannot fill whole', () => {
    const { exchange, ask } = make();
    const market = exchange.markets('futures').get('BTCUSDT')!;
    ask('POST /fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 100 });
    market.book.liquidity = 0.01;
    const limit = { ...order, type: 'LIMIT', price: (market.last + 0.5).toFixed(1), quantity: '0.500' };
    const fok = ask('POST /fapi/v1/order', { ...limit, timeInForce: 'FOK' }).json;
    expect([fok.status, fok.executedQty]).toEqual(['EXPIRED', '0.000']);
    const ioc = ask('POST /fapi/v1/order', { ...limit, timeInForce: 'IOC' }).json;
    expect(ioc.status).toBe('EXPIRED');
    expect(Number(ioc.executedQty)).toBeGreaterThan(0);
  });
});

describe('a spot stop', () => {
  it('holds what it would sell until it triggers', () => {
    const { exchange, ask } = make();
    const price = exchange.markets('spot').get('BTCUSDT')!.last;
    const sell = { symbol: 'BTCUSDT', side: 'SELL', quantity: '0.08' };
    const stop = { ...sell, type: 'STOP_LOSS', stopPrice: (price * 0.99).toFixed(2) };
    expect(ask('POST /api/v3/order', stop).status).toBe(200);
    const btc = exchange.spot.wallet.of('BTC');
    expect([btc.free, btc.locked]).toEqual([toMoney(0.02), toMoney(0.08)]);
    expect(ask('POST /api/v3/order', { ...sell, type: 'MARKET' }).json.code).toBe(-2010);
    exchange
      .markets('spot')
      .get('BTCUSDT')!
      .script([[exchange.now, price * 0.98]]);
    exchange.advance(10_000);
    expect([btc.free, btc.locked]).toEqual([toMoney(0.02), 0]);
    expect(exchange.spot.orders.all().map(({ status }) => status)).toEqual(['FILLED']);
  });
});

describe('margin', () => {
  it('pays funding on the mark notional and books it as income', () => {
    const { exchange, ask } = make();
    exchange.markets('futures').get('BTCUSDT')!.setFundingRate(0.0005);
    ask('POST /fapi/v1/order', order);
    exchange.advance(8 * 3_600_000);
    const row = exchange.ledger.rows.find((r) => r.type === 'FUNDING_FEE')!;
    const { mark } = exchange.fundingHistory[0]!;
    expect(row.money).toBe(-Math.round(toMoney(0.01 * mark) * 0.0005));
    expect(row.time).toBe(START + 8 * 3_600_000);
  });

  it('liquidates an isolated position at a loss of its margin, never more, and leaves no position', () => {
    const { exchange, ask } = make();
    ask('POST /fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' });
    ask('POST /fapi/v1/order', order);
    const { account } = exchange.futures;
    const margin = account.open()[0]!.isolatedWallet;
    const before = account.wallet;
    const market = exchange.markets('futures').get('BTCUSDT')!;
    market.script([[exchange.now, market.last * 0.9]]);
    exchange.advance(5_000);
    expect(account.open()).toEqual([]);
    expect(exchange.liquidations).toBe(1);
    expect(before - account.wallet).toBe(margin);
    expect(exchange.futures.orders.all().at(-1)!.clientId).toMatch(/^autoclose-/);
  });

  it('refuses what the margin does not carry with -2019 and what the brackets do not with -2027', () => {
    const { ask } = make();
    expect(ask('POST /fapi/v1/order', { ...order, quantity: '2.000' }).json.code).toBe(-2019);
    ask('POST /fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: 125 });
    expect(ask('POST /fapi/v1/order', { ...order, quantity: '2.000' }).json.code).toBe(-2027);
  });
});

describe('rate limits', () => {
  it('answers 429 above the weight, then 418, and counts requests while banned', () => {
    const limits = { weightPerMinute: 10, ordersPer10s: 10, ordersPerMinute: 10 };
    const { exchange, rest } = make({ limits: { futures: limits } });
    const statuses = Array.from(
      { length: 25 },
      () => rest.handle({ method: 'GET', path: '/fapi/v1/ping', query: '', body: '', apiKey: null }).status,
    );
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(200));
    expect(statuses[10]).toBe(429);
    expect(statuses.at(-1)).toBe(418);
    expect(exchange.limits.futures.requestsWhileBanned).toBe(4);
  });
});

/** One scripted session; the answer is the hash of everything that left the exchange. */
function session(seed: number): string {
  const { exchange, ask } = make({ seed });
  const heard: string[] = [];
  const socket = exchange.hub.open('futures', { send: (text) => heard.push(text), close: () => {} });
  socket.listenKey = exchange.listenKeys.create();
  for (const name of ['btcusdt@kline_1m', 'btcusdt@depth@100ms', 'btcusdt@trade']) {
    exchange.streams.begin('futures', name);
    exchange.hub.subscribe(socket, name);
  }
  exchange.faults.storm({ seed, rate: 0.2, faults: ['F2.placed', 'F5.empty', 'F12.margin', 'F23.duplicate'] });
  for (let i = 0; i < 40; i++) {
    ask('POST /fapi/v1/order', { ...order, side: i % 3 ? 'BUY' : 'SELL', quantity: '0.003' });
    exchange.advance(15_000);
  }
  expect(heard.length).toBeGreaterThan(100);
  return exchange.hub.digest();
}

it('gives the same bytes for the same seed and script, and others for another seed', () => {
  const first = session(11);
  expect(session(11)).toBe(first);
  expect(session(12)).not.toBe(first);
});

it('plays candles back as they were recorded', () => {
  const { exchange, ask } = make();
  exchange.advance(600_000);
  const rows = ask('GET /fapi/v1/klines', { symbol: 'BTCUSDT', interval: '1m', startTime: START, limit: 10 })
    .json as unknown as string[][];
  const { candles } = {
    candles: randomCandles({
      seed: 3,
      name: 'BTC',
      from: START - 7_200_000,
      length: 3_000,
      price: 40_000,
      sigma: 0.002,
    }),
  };
  expect(rows).toHaveLength(10);
  rows.forEach((row, i) => {
    const k = 120 + i;
    expect(row.slice(1, 5)).toEqual(
      [candles.open, candles.high, candles.low, candles.close].map((c) => c[k]!.toFixed(1)),
    );
  });
});

describe('the books always balance', () => {
  const step = fc.record({
    spot: fc.boolean(),
    side: fc.constantFrom('BUY', 'SELL'),
    type: fc.constantFrom('MARKET', 'LIMIT', 'LIMIT', 'CANCEL', 'STOP', 'PAIR', 'WAIT'),
    lots: fc.integer({ min: 1, max: 40 }),
    away: fc.integer({ min: -40, max: 40 }),
    reduceOnly: fc.boolean(),
    jump: fc.integer({ min: -30, max: 30 }),
  });
  it('wallets equal the sum of the ledger, lots the sum of fills, nothing goes below zero, whatever is done', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), fc.boolean(), (steps, isIsolated) => {
        const { exchange, ask } = make();
        if (isIsolated) ask('POST /fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' });
        for (const s of steps) {
          const market = exchange.markets(s.spot ? 'spot' : 'futures').get('BTCUSDT')!;
          const [path, tick, lot] = s.spot ? ['/api/v3', 0.01, 0.001] : ['/fapi/v1', 0.1, 0.001];
          const price = (Math.round((market.last * (1 + s.away / 1_000)) / tick) * tick).toFixed(s.spot ? 2 : 1);
          const base = { symbol: 'BTCUSDT', side: s.side, quantity: (s.lots * lot).toFixed(3) };
          if (s.type === 'CANCEL') {
            if (s.spot) ask('DELETE /api/v3/openOrders', { symbol: 'BTCUSDT' });
            else ask('DELETE /fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' });
          } else if (s.type === 'STOP')
            ask('POST /fapi/v1/algoOrder', {
              ...base,
              algoType: 'CONDITIONAL',
              type: 'STOP_MARKET',
              triggerPrice: price,
              reduceOnly: s.reduceOnly,
            });
          else if (s.type === 'PAIR') {
            // Both ends of a band around the price; futures have no such orders.
            const at = (share: number) => (Math.round(market.last * (1 + share) * 100) / 100).toFixed(2);
            const [low, high] = [at(-(Math.abs(s.away) + 1) / 1_000), at((Math.abs(s.away) + 1) / 1_000)];
            const isSale = s.side === 'SELL';
            const limit = { aboveType: 'LIMIT_MAKER', abovePrice: high, belowType: 'STOP_LOSS', belowStopPrice: low };
            const stop = {
              ...{ aboveType: 'STOP_LOSS_LIMIT', abovePrice: high, aboveStopPrice: high, aboveTimeInForce: 'GTC' },
              ...{ belowType: 'LIMIT_MAKER', belowPrice: low },
            };
            ask('POST /api/v3/orderList/oco', { ...base, ...(isSale ? limit : stop) });
          } else if (s.type !== 'WAIT')
            ask(`POST ${path}/order`, {
              ...base,
              type: s.type,
              ...(s.type === 'LIMIT' && { price, timeInForce: 'GTC' }),
              ...(!s.spot && s.reduceOnly && { reduceOnly: true }),
            });
          market.script([[exchange.now, market.last * (1 + s.jump / 1_000)]]);
          exchange.advance(5_000);
        }
        const { futures, spot, ledger } = exchange;
        expect(futures.account.wallet).toBe(ledger.sum('futures', 'USDT'));
        for (const [asset, { free, locked }] of spot.wallet.balances) {
          expect(free + locked).toBe(ledger.sum('spot', asset));
          expect(free).toBeGreaterThanOrEqual(0);
          expect(locked).toBeGreaterThanOrEqual(0);
        }
        const lots = futures.orders.fills.reduce((sum, f) => sum + f.side * f.lots, 0);
        expect(futures.account.open().reduce((sum, p) => sum + p.lots, 0)).toBe(lots);
        for (const o of [...futures.orders.all(), ...spot.orders.all()]) {
          expect(o.filled).toBeLessThanOrEqual(o.lots);
          expect(o.fills.reduce((sum, f) => sum + f.lots, 0)).toBe(o.filled);
          // The order of a list that rests on the book holds the money of both.
          const isHolder = o.list === null || o.stopTick === 0;
          expect(o.locked > 0).toBe(
            o.symbol.venue === 'spot' &&
              isHolder &&
              o.tick > 0 &&
              (o.status === 'NEW' || o.status === 'PARTIALLY_FILLED'),
          );
        }
        if (isIsolated)
          expect(
            futures.account.crossWallet + futures.account.open().reduce((sum, p) => sum + p.isolatedWallet, 0),
          ).toBe(futures.account.wallet);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

it('carries out every fault of the catalogue', () => {
  for (const { id, variant, stage } of FAULTS) {
    const { exchange, rest, ask } = make();
    ask('POST /fapi/v1/order', order);
    exchange.faults.inject(`${id}.${variant}`, { symbol: 'BTCUSDT', quantity: 0.01, on: '.' });
    if (stage !== 'now') ask('POST /fapi/v1/order', order);
    exchange.advance(120_000);
    expect(exchange.faults.injected.map((f) => f.name)).toEqual([`${id}.${variant}`]);
    if (stage !== 'now') expect(rest.log.at(-1)!.fault).toBe(`${id}.${variant}`);
  }
});

it('suggests the nearest name for an unknown fault', () => {
  expect(() => make().exchange.faults.inject('F2.placd')).toThrow('Did you mean "F2.placed"?');
});
