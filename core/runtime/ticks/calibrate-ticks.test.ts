import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makerTaker } from '../../book/account.ts';
import { BookBroker } from '../../book/book-broker.ts';
import type { Answer } from '../../book/book-order.ts';
import { constantLatency } from '../../book/latency.ts';
import { queueModel } from '../../book/queue-models.ts';
import { randomMarket } from '../../book/random-market.ts';
import { openCatalogue } from '../../data/catalogue/catalogue.ts';
import type { OrderRecord } from '../../data/ticks/live-orders.ts';
import { byDay } from '../../data/ticks/tick-columns.ts';
import { writeTickDay } from '../../data/ticks/tick-store.ts';
import { calibrateTicks } from './calibrate-ticks.ts';

const root = mkdtempSync(join(tmpdir(), 'tidegate-calibrate-'));
afterAll(() => rmSync(root, { recursive: true }));
const key = { exchange: 'binance', pair: 'BTC/USDT:USDT' };
const grid = { tickSize: 0.1, lotSize: 0.001 };
const events = randomMarket({ seed: 21, length: 20_000 });

/** "Live" orders: those of a simulation with a known queue and delays. */
function lived(): OrderRecord[] {
  const answers: Answer[] = [];
  const broker = new BookBroker({
    events,
    grid,
    latency: constantLatency({ entryNs: 4e6, responseNs: 3e6 }),
    queue: queueModel('powerProb3(2)', grid.lotSize),
    fee: makerTaker({ maker: 0, taker: 0 }),
    onAnswer: (answer) => answers.push({ ...answer }),
  });
  const sent: { id: number; side: 1 | -1; price: number; time: number }[] = [];
  for (let id = 1; id <= 20; id++) {
    const time = id * 1.5e9;
    broker.advanceTo(time);
    const side = id % 2 ? 1 : -1;
    const price = side > 0 ? broker.book.bestBid : broker.book.bestAsk;
    broker.submit({ id, side, price, lots: 3, postOnly: true });
    sent.push({ id, side, price, time });
    broker.advanceTo(time + 1.2e9);
    broker.cancel(id);
  }
  broker.advanceTo(events.localTime[events.length - 1]! + 1e9);
  const ns = (t: number | undefined) =>
    t === undefined ? '' : String(BigInt(events.originMs) * 1_000_000n + BigInt(Math.round(t)));
  return sent.map(({ id, side, price, time }) => {
    const of = (kind: Answer['kind']) => answers.find((a) => a.orderId === id && a.kind === kind);
    return {
      id: String(id),
      side: side > 0 ? 'buy' : 'sell',
      price: price * grid.tickSize,
      amount: 0.003,
      sent: ns(time),
      taken: ns(of('accepted')!.exchangeTime),
      answered: ns(of('accepted')!.localTime),
      filled: ns(of('filled')?.exchangeTime),
      cancelled: ns(of('cancelled')?.exchangeTime),
    };
  });
}

it('finds the delays and the queue that orders lived under, to the order', async () => {
  for (const { day, events: rows } of byDay(events)) await writeTickDay(root, key, day, rows, grid);
  const records = lived();
  const { orders, filled, latency, fits } = await calibrateTicks(await openCatalogue(root), key, records, 'a.csv');
  expect(orders).toBe(20);
  expect(filled).toBeGreaterThan(3);
  expect(new Set(latency.entry.map((ns) => Math.round(ns / 1e5)))).toEqual(new Set([40]));
  expect(new Set(latency.response.map((ns) => Math.round(ns / 1e5)))).toEqual(new Set([30]));
  const truth = fits.find((fit) => fit.queue === 'powerProb3(2)')!;
  expect([fits[0]!.agreeing, truth.agreeing]).toEqual([20, 20]);
  expect(truth.meanGapNs).toBeLessThan(1e6);
  expect(fits[0]!.meanGapNs).toBeLessThanOrEqual(truth.meanGapNs);
  expect(fits.at(-1)!.agreeing).toBeLessThanOrEqual(20);
});
