import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seeded } from '../foundation/rng.ts';
import { makerTaker } from './account.ts';
import { BookBroker } from './book-broker.ts';
import type { BookBrokerOptions } from './book-broker-options.ts';
import { type BookEvents, EVENT, EventBuilder, SEE, sliceEvents } from './book-events.ts';
import type { Answer, OrderRequest } from './book-order.ts';
import { EventParts } from './event-parts.ts';
import { constantLatency, distributedLatency } from './latency.ts';
import { queueModel } from './queue-models.ts';
import { runQuoter } from './quoter.ts';
import { randomMarket } from './random-market.ts';

const GRID = { tickSize: 0.1, lotSize: 0.001 };

function brokerOn(events: BookBrokerOptions['events'], options: Partial<BookBrokerOptions> = {}): BookBroker {
  return new BookBroker({
    events,
    grid: GRID,
    latency: constantLatency({ entryNs: 10, responseNs: 5 }),
    queue: queueModel('riskAverse', GRID.lotSize),
    fee: makerTaker({ maker: -0.0001, taker: 0.0005 }),
    ...options,
  });
}

/** Bid 99, ask 101 of 10 lots each at time 0, seen at 3; a sale of 15 lots at 99 at time 100, seen at 103. */
function smallMarket(): BookEvents {
  const builder = new EventBuilder(0);
  builder.push(SEE.both, EVENT.depth, 1, 0, 3, 99, 10);
  builder.push(SEE.both, EVENT.depth, -1, 0, 3, 101, 10);
  builder.push(SEE.both, EVENT.trade, -1, 100, 103, 99, 15);
  return builder.events();
}

it('shows the trader nothing before it arrives, neither data nor answers nor fills', () => {
  const broker = brokerOn(smallMarket());
  broker.advanceTo(2);
  expect(broker.book.hasBoth).toBe(false);
  broker.advanceTo(20);
  broker.submit({ id: 1, side: 1, price: 99, lots: 4 });
  const status = () => broker.trader.orders.get(1)!.status;
  broker.advanceTo(34);
  expect([status(), [...broker.exchange.openOrders].length]).toEqual(['sent', 1]);
  broker.advanceTo(35);
  expect(status()).toBe('resting');
  broker.advanceTo(104);
  expect([broker.exchange.account.position, broker.trader.account.position]).toEqual([4, 0]);
  broker.advanceTo(105);
  expect([status(), broker.trader.account.position, broker.trader.account.cash]).toEqual(['filled', 4, -396]);
  expect(broker.isDone).toBe(true);
  expect(() => broker.advanceTo(104)).toThrow('time cannot go back');
});

it('puts local data before answers, and exchange data before requests, at equal times', () => {
  const builder = new EventBuilder(0);
  builder.push(SEE.both, EVENT.depth, 1, 0, 0, 99, 10);
  builder.push(SEE.both, EVENT.depth, -1, 0, 0, 105, 10);
  builder.push(SEE.exchange, EVENT.depth, -1, 10, 10, 101, 7);
  builder.push(SEE.local, EVENT.depth, 1, 15, 15, 100, 1);
  const seen: number[] = [];
  const broker = brokerOn(builder.events(), { onAnswer: () => seen.push(broker.book.bestBid, broker.now) });
  broker.advanceTo(0);
  broker.submit({ id: 1, side: 1, price: 101, lots: 1, postOnly: true });
  broker.advanceTo(20);
  // Sent at 0, there at 10, together with the ask that it would have taken; the answer and the new bid both come at 15.
  expect(broker.trader.orders.get(1)!.reason).toBe('wouldTake');
  expect(seen).toEqual([100, 15]);
});

it('lets requests made on an answer leave at that moment', () => {
  const times: string[] = [];
  const onAnswer = (answer: Answer): void => {
    times.push(`${answer.kind} ${answer.exchangeTime} ${answer.localTime}`);
    if (answer.kind === 'accepted') broker.cancel(answer.orderId);
  };
  const broker = brokerOn(smallMarket(), { onAnswer });
  broker.advanceTo(20);
  broker.submit({ id: 1, side: 1, price: 98, lots: 4 });
  broker.advanceTo(1000);
  expect(times).toEqual(['accepted 30 35', 'cancelled 45 50']);
});

it('ends GTD orders between events and tells of overload', () => {
  const answers: Answer[] = [];
  const latency = distributedLatency({ entry: [10, 10], response: [5, 5], seed: 1, rejectProbability: 1 });
  const busy = brokerOn(smallMarket(), { latency, onAnswer: (answer) => answers.push({ ...answer }) });
  busy.advanceTo(20);
  busy.submit({ id: 1, side: 1, price: 98, lots: 4 });
  const calm = brokerOn(smallMarket(), { onAnswer: (answer) => answers.push({ ...answer }) });
  calm.advanceTo(20);
  calm.submit({ id: 2, side: 1, price: 98, lots: 4, timeInForce: 'gtd', expiresAt: 60 });
  busy.advanceTo(500);
  calm.advanceTo(500);
  const told = answers.map((a) => `${a.orderId} ${a.kind} ${a.reason} ${a.exchangeTime}`);
  expect(told).toEqual(['1 rejected overload 30', '2 accepted none 30', '2 expired timeUp 60']);
});

it('gives the same fills however time is cut into steps', () => {
  const events = randomMarket({ seed: 'cuts', length: 3000 });
  const run = (onStep: (broker: BookBroker, time: number) => void) => {
    const fills: string[] = [];
    const broker = brokerOn(events, {
      latency: constantLatency({ entryNs: 3_000_000, responseNs: 2_000_000 }),
      onAnswer: (a) => a.lots > 0 && fills.push(`${a.orderId} ${a.exchangeTime} ${a.price} ${a.lots}`),
    });
    let id = 1;
    for (let k = 1; k < 60; k++) {
      onStep(broker, k * 100_000_000);
      const side = k % 2 ? 1 : -1;
      const best = side > 0 ? broker.book.bestBid : broker.book.bestAsk;
      broker.submit({ id: id++, side, price: best, lots: 20 });
    }
    onStep(broker, 1e10);
    return fills;
  };
  const whole = run((broker, time) => broker.advanceTo(time));
  const cut = run((broker, time) => {
    for (let t = Math.max(0, broker.now); t < time; t += 777_777) broker.advanceTo(t);
    broker.advanceTo(time);
  });
  expect(whole.length).toBeGreaterThan(20);
  expect(cut).toEqual(whole);
});

it('liquidates below the maintenance margin: orders go, the position is closed at the market, and the trader hears of it', () => {
  const builder = new EventBuilder(0);
  builder.push(SEE.both, EVENT.depth, 1, 0, 0, 99, 1000);
  builder.push(SEE.both, EVENT.depth, -1, 0, 0, 101, 1000);
  builder.push(SEE.both, EVENT.trade, -1, 50, 50, 99, 1);
  builder.push(SEE.both, EVENT.mark, 0, 60, 60, 96, 0);
  builder.push(SEE.both, EVENT.trade, -1, 70, 70, 80, 1);
  builder.push(SEE.both, EVENT.mark, 0, 80, 80, 95, 0);
  const tier = { minNotional: 0, maxNotional: 1e9, maintenanceMarginRate: 0.01, maxLeverage: 20, maintenanceAmount: 0 };
  // 100 lots bought at 101 ticks: equity at a mark of 96 is 6 ticks × 100 lots, maintenance 0.96; at 95 it is 5 less 5.
  const margin = { startingBalance: 600 * 0.0001, tiers: [tier] };
  const told: string[] = [];
  const broker = brokerOn(builder.events(), {
    margin,
    fee: makerTaker({ maker: 0, taker: 0 }),
    onAnswer: (a) =>
      told.push(`${a.exchangeTime} ${a.orderId} ${a.kind} ${a.reason}${a.lots ? ` ${a.lots}@${a.price}` : ''}`),
  });
  broker.advanceTo(1);
  broker.submit({ id: 1, side: 1, lots: 100 });
  broker.submit({ id: 2, side: 1, lots: 5, price: 70 });
  broker.advanceTo(100);
  expect(told).toEqual([
    '11 1 filled none 100@101',
    '11 2 accepted none',
    '80 2 cancelled liquidated',
    '80 0 filled none 100@99',
  ]);
  expect([broker.trader.account.position, broker.trader.account.cash]).toEqual([0, -200]);
});

it('gives the same fills from parts as from one table, and lets go of parts that both halves have read', () => {
  const whole = randomMarket({ seed: 'parts', length: 5000 });
  let made = 0;
  function* parts() {
    for (let from = 0; from < whole.length; from += 500) {
      made++;
      yield sliceEvents(whole, from, Math.min(whole.length, from + 500));
    }
  }
  const run = (events: BookBrokerOptions['events']) => {
    const fills: string[] = [];
    const broker = brokerOn(events, {
      fills: 'whole',
      onAnswer: (a) => a.lots > 0 && fills.push(`${a.orderId} ${a.exchangeTime} ${a.price}`),
    });
    const options = { offsetTicks: 0, lots: 10, maxLots: 50, startTime: 0, stepNs: 20_000_000, steps: 250 };
    runQuoter(broker, options);
    expect(broker.isDone).toBe(false);
    runQuoter(broker, { ...options, startTime: broker.now, steps: 1000 });
    expect(broker.isDone).toBe(true);
    return fills;
  };
  const expected = run(whole);
  expect(expected.length).toBeGreaterThan(50);
  expect(run(parts())).toEqual(expected);
  expect(made).toBe(Math.ceil(whole.length / 500));

  const list = new EventParts(parts());
  list.at(3);
  expect(list.held).toBe(4);
  list.release(3);
  expect([list.held, list.at(3)!.length, list.at(99)]).toEqual([1, 500, null]);
  const other = new EventParts([whole, { ...whole, originMs: 1 }]);
  expect(() => other.at(1)).toThrow('BOOK_ORIGIN_MISMATCH');
});

const order = fc.record({
  side: fc.constantFrom<1 | -1>(1, -1),
  lots: fc.integer({ min: 1, max: 200 }),
  offset: fc.integer({ min: -4, max: 6 }),
  kind: fc.constantFrom('limit', 'market', 'ioc', 'fok', 'postOnly', 'reduceOnly', 'stop', 'amend', 'cancel'),
});

it('conserves lots, cash and volume on random books and orders', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.array(order, { minLength: 1, maxLength: 60 }),
      fc.constantFrom('riskAverse', 'logProb2', 'powerProb3(3)'),
      (seed, orders, queue) => {
        const events = randomMarket({ seed, length: 400, depth: 8, startTick: 5000 });
        const fills: Answer[] = [];
        const broker = brokerOn(events, {
          latency: constantLatency({ entryNs: 1_000_000, responseNs: 1_000_000 }),
          queue: queueModel(queue, GRID.lotSize),
          onAnswer: (answer) => answer.lots > 0 && fills.push({ ...answer }),
        });
        const sent = new Map<number, OrderRequest & { limit: number }>();
        const end = events.localTime[events.length - 1]!;
        orders.forEach((wish, i) => {
          broker.advanceTo(((i + 1) * end) / (orders.length + 2));
          act(broker, sent, wish, i + 1);
        });
        broker.advanceTo(end + 1e9);

        // Trader and exchange agree once every answer has arrived, and cash plus inventory are what the fills say, to the tick.
        const { account } = broker.trader;
        expect(account.position).toBe(broker.exchange.account.position);
        expect(account.cash).toBe(broker.exchange.account.cash);
        expect(account.position).toBe(fills.reduce((sum, f) => sum + f.side * f.lots, 0));
        expect(account.cash).toBe(fills.reduce((sum, f) => sum - f.side * f.lots * f.price, 0));
        // No fill beyond an order's size or limit, none in fractions.
        const filled = new Map<number, number>();
        for (const fill of fills) {
          expect(Number.isInteger(fill.lots)).toBe(true);
          filled.set(fill.orderId, (filled.get(fill.orderId) ?? 0) + fill.lots);
          const limit = sent.get(fill.orderId)!.limit;
          if (!Number.isNaN(limit)) expect((fill.price - limit) * fill.side).toBeLessThanOrEqual(0);
        }
        for (const [id, lots] of filled) expect(lots).toBeLessThanOrEqual(sent.get(id)!.lots);
        // None beyond what traded and what the book showed.
        expect(fills.reduce((sum, f) => sum + (f.isMaker ? 0 : f.lots), 0)).toBeLessThanOrEqual(shownIn(events));
        expect(fills.reduce((sum, f) => sum + f.lots, 0)).toBeLessThanOrEqual(shownIn(events) + tradedIn(events));
      },
    ),
    { numRuns: 60 },
  );
});

interface Wish {
  readonly side: 1 | -1;
  readonly lots: number;
  readonly offset: number;
  readonly kind: string;
}

function act(broker: BookBroker, sent: Map<number, OrderRequest & { limit: number }>, wish: Wish, id: number): void {
  const { side, lots, kind } = wish;
  const best = side > 0 ? broker.book.bestBid : broker.book.bestAsk;
  const price = best - side * wish.offset;
  const target = [...broker.trader.orders.values()].find((o) => o.status === 'resting' && o.side === side);
  if (kind === 'cancel') broker.cancel(target?.id ?? 999);
  else if (kind === 'amend') {
    if (!target) return;
    // An amended order may end at either price: the looser one bounds its fills.
    const old = sent.get(target.id)!;
    const limit = side > 0 ? Math.max(old.limit, price) : Math.min(old.limit, price);
    sent.set(target.id, { ...old, limit });
    broker.amend(target.id, { price });
  } else {
    const timeInForce = kind === 'ioc' || kind === 'fok' ? kind : 'gtc';
    const request: OrderRequest = {
      id,
      side,
      lots,
      timeInForce,
      ...(kind !== 'market' && { price }),
      postOnly: kind === 'postOnly',
      reduceOnly: kind === 'reduceOnly',
      ...(kind === 'stop' && { trigger: { kind, price: best + side * 2 } }),
    };
    sent.set(id, { ...request, limit: request.price ?? Number.NaN });
    broker.submit(request);
  }
}

function tradedIn(events: BookEvents): number {
  let sum = 0;
  for (let i = 0; i < events.length; i++) if (events.kind[i] === EVENT.trade) sum += events.lots[i]!;
  return sum;
}

/** Everything that was ever added to a displayed level. */
function shownIn(events: BookEvents): number {
  const levels = new Map<number, number>();
  let sum = 0;
  for (let i = 0; i < events.length; i++) {
    if (events.kind[i] !== EVENT.depth) continue;
    const key = events.price[i]! * events.side[i]!;
    sum += Math.max(0, events.lots[i]! - (levels.get(key) ?? 0));
    levels.set(key, events.lots[i]!);
  }
  return sum;
}

it('fills a resting bid exactly when a plain replay of its queue does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 80 }), (seed, lots) => {
      const events = randomMarket({ seed, length: 600, depth: 8, startTick: 5000 });
      const fills: string[] = [];
      const broker = brokerOn(events, {
        latency: constantLatency({ entryNs: 0, responseNs: 0 }),
        onAnswer: (answer) => answer.lots > 0 && fills.push(`${answer.exchangeTime} ${answer.lots}`),
      });
      broker.advanceTo(events.exchangeTime[100]!);
      const price = broker.exchange.ladder.bestBid;
      const front = broker.exchange.ladder.bids.get(price);
      broker.submit({ id: 1, side: 1, price, lots });
      // Recorded when an ask comes to the bid: from there on the two differ by what was taken.
      const plain = plainReplay(events, events.exchangeTime[100]!, { price, front, lots });
      broker.advanceTo(plain.until - 1);
      expect(fills).toEqual(plain.fills);
    }),
    { numRuns: 100 },
  );
});

/** The queue rule in its simplest form, without a ladder: one bid, until an ask reaches its price. */
function plainReplay(
  events: BookEvents,
  from: number,
  bid: { readonly price: number; readonly front: number; readonly lots: number },
): { fills: string[]; until: number } {
  const fills: string[] = [];
  let { front, lots } = bid;
  for (let i = 0; i < events.length; i++) {
    const time = events.exchangeTime[i]!;
    if (time <= from) continue;
    const isBuyer = events.side[i]! > 0;
    const isAtPrice = events.price[i] === bid.price;
    const size = events.lots[i]!;
    if (events.kind[i] === EVENT.depth) {
      if (isBuyer && isAtPrice) front = Math.min(front, size);
      if (!isBuyer && size > 0 && events.price[i]! <= bid.price) return { fills, until: time };
      continue;
    }
    if (isBuyer || events.price[i]! > bid.price) continue;
    const passed = isAtPrice ? Math.max(0, size - front) : size;
    if (isAtPrice) front = Math.max(0, front - size);
    const filled = Math.min(lots, passed);
    lots -= filled;
    if (filled > 0) fills.push(`${time} ${filled}`);
  }
  return { fills, until: events.exchangeTime[events.length - 1]! + 1 };
}

it('quotes both sides and hits its position limit, never beyond it at the exchange by more than what was under way', () => {
  const events = randomMarket({ seed: seeded(3).int(1000), length: 20_000 });
  const broker = brokerOn(events, { fills: 'whole', latency: constantLatency({ entryNs: 1e6, responseNs: 1e6 }) });
  let largest = 0;
  runQuoter(broker, {
    offsetTicks: 0,
    lots: 10,
    maxLots: 50,
    startTime: 0,
    stepNs: 10_000_000,
    steps: 3500,
    onRequest: () => {
      largest = Math.max(largest, Math.abs(broker.exchange.account.position));
    },
  });
  expect(broker.trader.account.fills).toBeGreaterThan(100);
  expect(largest).toBeGreaterThanOrEqual(50);
  expect(largest).toBeLessThanOrEqual(80);
});

it('names a coming time for the next rare row, though a copy for the exchange alone was received long ago', () => {
  const builder = new EventBuilder(0);
  builder.push(SEE.both, EVENT.depth, 1, 0, 3, 99, 10);
  builder.push(SEE.local, EVENT.mark, 0, 9, 4, 100, 0);
  builder.push(SEE.both, EVENT.depth, -1, 5, 8, 101, 10);
  builder.push(SEE.both, EVENT.depth, -1, 6, 12, 101, 11);
  builder.push(SEE.exchange, EVENT.mark, 0, 9, 4, 100, 0);
  const broker = brokerOn(builder.events());
  const times: number[] = [];
  for (
    let time = broker.nextRareTime;
    time < Number.POSITIVE_INFINITY && times.length < 9;
    time = broker.nextRareTime
  ) {
    broker.advanceTo(time);
    times.push(time);
  }
  expect(times).toEqual([4, 12]);
});
