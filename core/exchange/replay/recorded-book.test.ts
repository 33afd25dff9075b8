import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makerTaker } from '../../book/account.ts';
import { BookBroker } from '../../book/book-broker.ts';
import { type BookEvents, EVENT, EventBuilder, SEE } from '../../book/book-events.ts';
import { constantLatency } from '../../book/latency.ts';
import { queueModel } from '../../book/queue-models.ts';
import { randomMarket } from '../../book/random-market.ts';
import { randomCandles } from './price-walk.ts';
import { Refusal } from './refusal.ts';
import { ReplayExchange } from './replay-exchange.ts';
import type { OrderRequest, ReplayOrder } from './replay-order.ts';
import { replaySymbol } from './replay-symbol.ts';

const START = 1_700_000_000_000;
const symbol = replaySymbol({ venue: 'futures', base: 'BTC', tickSize: 0.1, stepSize: 0.001, minNotional: 5 });

/** The rows of one message in one whole millisecond, at least one apart from the next. */
function inWholeMs({ length, see, kind, side, exchangeTime, price, lots }: BookEvents): BookEvents {
  const builder = new EventBuilder(START);
  let time = 10;
  for (let i = 0; i < length; i++) {
    if (i > 0 && exchangeTime[i] !== exchangeTime[i - 1]) time += 2;
    builder.push(see[i]!, kind[i]!, side[i]!, time * 1e6, time * 1e6, price[i]!, lots[i]!);
  }
  return builder.events();
}

function exchangeOn(events: BookEvents, queue = 'powerProb3(3)'): ReplayExchange {
  const candles = randomCandles({ seed: 1, name: 'BTC', from: START - 3_600_000, length: 30, price: 50_000 });
  return new ReplayExchange({
    listings: [{ symbol, candles, recording: { parts: [events], queue: queueModel(queue, 0.001) } }],
    seed: 1,
    startTime: START,
    stepMs: 1,
    keys: [],
    futuresDeposit: 1e9,
    sessionClock: () => 0,
    firstOrderId: 0n,
  });
}

function request(side: 1 | -1, tick: number, lots: number, parts: Partial<OrderRequest> = {}): OrderRequest {
  return {
    symbol,
    side,
    type: tick === 0 ? 'MARKET' : 'LIMIT',
    timeInForce: 'GTC',
    tick,
    lots,
    reduceOnly: false,
    closePosition: false,
    positionSide: 'BOTH',
    clientId: '',
    stopTick: 0,
    stopText: '',
    origin: 'client',
    ...parts,
  };
}

it('fills orders as the simulated exchange of a backtest does: the same lots at the same prices and moments', () => {
  const orders = fc.array(
    fc.record({
      at: fc.nat(700),
      side: fc.constantFrom(1 as const, -1 as const),
      distance: fc.integer({ min: -3, max: 4 }),
      lots: fc.integer({ min: 1, max: 60 }),
      keptMs: fc.integer({ min: 1, max: 400 }),
    }),
    { minLength: 3, maxLength: 12 },
  );
  const queues = fc.constantFrom('riskAverse', 'powerProb3(3)', 'logProb2');
  let fills = 0;
  fc.assert(
    fc.property(orders, fc.nat(), queues, (sent, seed, queue) => {
      const events = inWholeMs(randomMarket({ seed, length: 500, depth: 8, tradeShare: 0.3 }));
      const replayed = onReplay(events, queue, sent);
      const simulated = inSimulation(events, queue, sent);
      expect(replayed).toEqual(simulated);
      fills += replayed.filter(([, , , , isMaker]) => isMaker).length;
    }),
    { numRuns: 25 },
  );
  expect(fills).toBeGreaterThan(20);
});

interface Sent {
  readonly at: number;
  readonly side: 1 | -1;
  readonly distance: number;
  readonly lots: number;
  readonly keptMs: number;
}
type Fill = readonly [order: number, timeMs: number, tick: number, lots: number, isMaker: boolean];

/** Requests in order of time: new orders first, then cancellations. */
function stepsOf(sent: readonly Sent[]) {
  const steps = sent.flatMap((order, id) => [
    { ms: 12 + order.at, id, isNew: true },
    { ms: 12 + order.at + order.keptMs, id, isNew: false },
  ]);
  return steps.sort((a, b) => a.ms - b.ms || Number(b.isNew) - Number(a.isNew) || a.id - b.id);
}

function onReplay(events: BookEvents, queue: string, sent: readonly Sent[]): Fill[] {
  const exchange = exchangeOn(events, queue);
  const { futures } = exchange;
  const made = new Map<number, ReplayOrder>();
  for (const { ms, id, isNew } of stepsOf(sent)) {
    exchange.advance(START + ms - exchange.now);
    const { side, distance, lots } = sent[id]!;
    try {
      if (isNew) made.set(id, futures.place(request(side, 500_000 - side * distance, lots, { clientId: `o${id}` })));
      else futures.cancel(made.get(id)!);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  exchange.advance(2_000);
  return [...made]
    .flatMap(([id, order]) => order.fills.map((f): Fill => [id, f.time - START, f.tick, f.lots, f.isMaker]))
    .sort(byOrder);
}

function inSimulation(events: BookEvents, queue: string, sent: readonly Sent[]): Fill[] {
  const fills: Fill[] = [];
  const broker = new BookBroker({
    events,
    grid: { tickSize: 0.1, lotSize: 0.001 },
    latency: constantLatency({ entryNs: 0, responseNs: 0 }),
    queue: queueModel(queue, 0.001),
    fee: makerTaker({ maker: 0, taker: 0 }),
    selfTrade: 'none',
    onAnswer: ({ orderId, exchangeTime, price, lots, isMaker }) => {
      if (lots > 0) fills.push([orderId, exchangeTime / 1e6, price, lots, isMaker]);
    },
  });
  for (const { ms, id, isNew } of stepsOf(sent)) {
    broker.advanceTo(ms * 1e6);
    const { side, distance, lots } = sent[id]!;
    if (isNew) broker.submit({ id, side, lots, price: 500_000 - side * distance });
    else broker.cancel(id);
    broker.advanceTo(ms * 1e6);
  }
  broker.advanceTo(1e10);
  return fills.sort(byOrder);
}

function byOrder(a: Fill, b: Fill): number {
  return a[0] - b[0] || a[1] - b[1] || (a[2] - b[2]) * 1 || a[3] - b[3];
}

const rows = (...given: readonly (readonly [ms: number, kind: number, side: number, tick: number, lots: number])[]) => {
  const builder = new EventBuilder(START);
  for (const [ms, kind, side, tick, lots] of given) builder.push(SEE.both, kind, side, ms * 1e6, ms * 1e6, tick, lots);
  return builder.events();
};
const { depth, trade } = EVENT;

it('keeps an order behind what its level showed when it came, and fills it when that has traded', () => {
  const exchange = exchangeOn(
    rows(
      [1, depth, 1, 499_999, 50],
      [1, depth, -1, 500_001, 40],
      [10, trade, -1, 499_999, 30],
      [20, trade, -1, 499_999, 25],
      [30, trade, -1, 499_998, 100],
      [40, depth, 1, 499_999, 1],
    ),
  );
  exchange.advance(5);
  const order = exchange.futures.place(request(1, 499_999, 20, { clientId: 'a' }));
  exchange.advance(10);
  expect(order.filled).toBe(0);
  exchange.advance(10);
  expect(order.filled).toBe(5);
  exchange.advance(10);
  expect([order.status, order.fills.map((fill) => [fill.tick, fill.lots, fill.isMaker])]).toEqual([
    'FILLED',
    [
      [499_999, 5, true],
      [499_999, 15, true],
    ],
  ]);
});

it('shows the trades of a step one by one, and candles made of them', () => {
  const exchange = exchangeOn(
    rows(
      [1, depth, 1, 499_999, 50],
      [1, depth, -1, 500_001, 40],
      [10, trade, 1, 500_001, 3],
      [12, trade, -1, 499_999, 4],
      [900, depth, 1, 499_999, 9],
    ),
  );
  const market = exchange.markets('futures').get('BTCUSDT')!;
  exchange.advance(100);
  expect(market.trades.map(({ time, tick, lots, buyerIsMaker }) => [time - START, tick, lots, buyerIsMaker])).toEqual([
    [10, 500_001, 3, false],
    [12, 499_999, 4, true],
  ]);
  const kline = market.klines.at(-1)!;
  const prices = [kline.open, kline.high, kline.low, kline.close].map((price) => price.toFixed(1));
  expect(prices).toEqual(['50000.1', '50000.1', '49999.9', '49999.9']);
  expect(kline.volume).toBeCloseTo(0.007, 12);
});

it('ends what only reduces when another fill has closed the position', () => {
  const exchange = exchangeOn(
    rows(
      [1, depth, 1, 499_999, 50],
      [1, depth, -1, 500_001, 40],
      [20, trade, 1, 500_003, 500],
      [40, depth, 1, 499_999, 1],
    ),
  );
  exchange.advance(5);
  exchange.futures.place(request(1, 0, 10, { clientId: 'in' }));
  const out = [500_002, 500_003].map((tick) =>
    exchange.futures.place(request(-1, tick, 10, { clientId: `${tick}`, reduceOnly: true })),
  );
  exchange.advance(30);
  expect(out.map((order) => [order.status, order.filled])).toEqual([
    ['FILLED', 10],
    ['EXPIRED', 0],
  ]);
  expect(exchange.futures.account.open('BTCUSDT')).toEqual([]);
});

it('queues spot orders as well, and fires stops on the trades of the recording', () => {
  const coin = replaySymbol({ venue: 'spot', base: 'BTC', tickSize: 0.1, stepSize: 0.001, minNotional: 5 });
  const events = rows(
    [1, depth, 1, 499_999, 50],
    [1, depth, -1, 500_001, 40],
    [10, trade, -1, 499_999, 60],
    [20, trade, 1, 500_050, 5],
    [30, depth, 1, 499_998, 1],
  );
  const candles = randomCandles({ seed: 1, name: 'BTC', from: START - 3_600_000, length: 30, price: 50_000 });
  const exchange = new ReplayExchange({
    listings: [{ symbol: coin, candles, recording: { parts: [events], queue: queueModel('riskAverse', 0.001) } }],
    seed: 1,
    startTime: START,
    stepMs: 1,
    keys: [],
    spotDeposits: { USDT: 10_000, BTC: 1 },
    sessionClock: () => 0,
  });
  exchange.advance(5);
  expect(exchange.isPlayedOut).toBe(false);
  const bid = exchange.spot.place(request(1, 499_999, 20, { symbol: coin, clientId: 'bid' }));
  const stop = exchange.spot.place(
    request(1, 0, 3, { symbol: coin, clientId: 'stop', type: 'STOP_LOSS', stopTick: 500_050, stopText: '50005.0' }),
  );
  exchange.advance(10);
  expect([bid.status, bid.filled, bid.fills[0]!.isMaker]).toEqual(['PARTIALLY_FILLED', 10, true]);
  expect(stop.status).toBe('NEW');
  exchange.advance(10);
  // Taken from what the book shows: at 50000.1.
  expect([stop.status, stop.fills.map(({ tick, lots }) => [tick, lots])]).toEqual(['FILLED', [[500_001, 3]]]);
  expect(exchange.markets('spot').get('BTCUSDT')!.book.levels(-1)).toEqual([[500_001, 37]]);
  expect(exchange.isPlayedOut).toBe(false);
  exchange.advance(10);
  expect(exchange.isPlayedOut).toBe(true);
});
