import { expect, it } from 'vitest';
import { makerTaker } from './account.ts';
import { BookBroker } from './book-broker.ts';
import { type BookEvents, EVENT, EventBuilder, SEE, sliceEvents } from './book-events.ts';
import { calibrateLatency, type LiveOrder, QueueCalibration } from './calibrate.ts';
import { constantLatency } from './latency.ts';
import { queueModel } from './queue-models.ts';
import { randomMarket } from './random-market.ts';

const grid = { tickSize: 0.1, lotSize: 0.001 };
const events = randomMarket({ seed: 11, length: 30_000 });

function calibrateQueue(
  market: BookEvents,
  orders: readonly LiveOrder[],
  lots: typeof grid,
  queues: readonly string[],
) {
  const calibration = new QueueCalibration(orders, lots, queues);
  calibration.play(market);
  return calibration.fits();
}

/** "Live" orders: those of a simulation under a known queue model. */
function lived(queue: string): LiveOrder[] {
  const filled = new Map<number, number>();
  const broker = new BookBroker({
    events,
    grid,
    latency: constantLatency({ entryNs: 2e6, responseNs: 3e6 }),
    queue: queueModel(queue, grid.lotSize),
    fee: makerTaker({ maker: 0, taker: 0 }),
    selfTrade: 'none',
    onAnswer: (a) => {
      if (a.kind === 'filled') filled.set(a.orderId, a.exchangeTime);
    },
  });
  const orders: Omit<LiveOrder, 'filledAt'>[] = [];
  for (let id = 1; id <= 200; id++) {
    const sent = id * 0.2e9;
    broker.advanceTo(sent);
    const side = id % 2 ? 1 : -1;
    const price = side > 0 ? broker.book.bestBid : broker.book.bestAsk;
    broker.submit({ id, side, price, lots: 20 });
    orders.push({ id, side, price, lots: 20, sent, taken: sent + 2e6, answered: sent + 5e6, cancelledAt: Number.NaN });
  }
  broker.advanceTo(events.localTime[events.length - 1]! + 1e9);
  return orders.map((o) => ({ ...o, filledAt: filled.get(o.id) ?? Number.NaN }));
}

it.each(['riskAverse', 'powerProb3(3)'])(
  'finds the queue model %s that made the fills, and no gap for any order',
  (queue) => {
    const fits = calibrateQueue(events, lived(queue), grid, ['riskAverse', 'logProb2', 'powerProb3(3)']);
    const own = fits.find((f) => f.queue === queue)!;
    expect(own.agreeing).toBe(200);
    expect(own.medianGapNs).toBe(0);
    expect(own.gaps.every((g) => g.verdict === 'neither' || g.gapNs === 0)).toBe(true);
    expect([fits[0]!.agreeing, fits[0]!.medianGapNs]).toEqual([200, 0]);
  },
);

it('tells life and another model apart order by order', () => {
  const builder = new EventBuilder(0);
  const at = (time: number, kind: number, side: number, price: number, lots: number) =>
    builder.push(SEE.both, kind, side, time, time, price, lots);
  at(0, EVENT.depth, 1, 1000, 100);
  at(0, EVENT.depth, -1, 1001, 100);
  // Others join behind the order that is sent at 5, and most of the level is withdrawn.
  at(10, EVENT.depth, 1, 1000, 200);
  at(20, EVENT.depth, 1, 1000, 110);
  for (let t = 30; t < 42; t++) at(t, EVENT.trade, -1, 1000, 10);
  const order = {
    id: 1,
    side: 1,
    price: 1000,
    lots: 5,
    sent: 5,
    taken: 5,
    answered: 5,
    cancelledAt: Number.NaN,
  } as const;
  const [averse] = calibrateQueue(builder.events(), [{ ...order, filledAt: 41 }], grid, ['riskAverse']);
  expect(averse!.gaps).toEqual([{ id: 1, livedAt: 41, simulatedAt: 40, gapNs: -1, verdict: 'both' }]);
  const [shared] = calibrateQueue(builder.events(), [{ ...order, filledAt: 41 }], grid, ['powerProb(1)']);
  expect(shared!.gaps[0]!.gapNs).toBeLessThan(-1);
  const [never] = calibrateQueue(builder.events(), [{ ...order, filledAt: Number.NaN }], grid, ['riskAverse']);
  expect([never!.agreeing, never!.onlySimulated]).toEqual([0, 1]);
});

it('says the same of a market that comes in parts', () => {
  const orders = lived('logProb2').map((order) => ({
    ...order,
    cancelledAt: order.id % 3 ? order.taken + 5e9 : Number.NaN,
  }));
  const queues = ['riskAverse', 'logProb2', 'powerProb3(3)'];
  const parted = new QueueCalibration(orders, grid, queues);
  for (const [from, to] of [
    [0, 4_001],
    [4_001, 4_002],
    [4_002, 19_000],
    [19_000, events.length],
  ] as const)
    parted.play(sliceEvents(events, from, to));
  expect(parted.fits()).toEqual(calibrateQueue(events, orders, grid, queues));
});

it('gives the delays of live orders as quantiles and as a model', () => {
  const { entry, response, model } = calibrateLatency(lived('riskAverse'), 3);
  expect(entry).toEqual([2e6, 2e6, 2e6]);
  expect(response).toEqual([3e6, 3e6, 3e6]);
  expect(model.entry(1e9, 0)).toEqual({ kind: 'delivered', ns: 2e6 });
  expect(() => calibrateLatency([])).toThrow('BOOK_CALIBRATION_TOO_FEW');
});
