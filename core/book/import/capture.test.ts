import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makerTaker } from '../account.ts';
import { BookBroker } from '../book-broker.ts';
import { EVENT, validateEvents } from '../book-events.ts';
import { constantLatency } from '../latency.ts';
import { orderEvents } from '../order-events.ts';
import { riskAverse } from '../queue-models.ts';
import { importCapture } from './capture.ts';

const grid = { tickSize: 0.1, lotSize: 0.001 };
const bytes = (text: string) => new TextEncoder().encode(text);

it('starts a book at its first snapshot and takes away the old best price of a best-price stream', () => {
  const book = importCapture(
    bytes(`exch_ns,local_ns,kind,side,price,qty
1723161256298000000,1723161256299000000,delta,b,100.1,1
1723161256298000000,1723161256299000000,snapshot,b,100.2,2
1723161256298000000,1723161256299000000,snapshot,a,100.3,3
1723161256299000000,1723161256299000001,delta,a,100.3,0
`),
    { grid },
  );
  expect([...book.kind]).toEqual([EVENT.clear, EVENT.depth, EVENT.depth, EVENT.depth]);
  expect([...book.price]).toEqual([0, 1002, 1003, 1003]);
  expect(book.localTime[3]).toBe(1_001_000_001);
  const best = importCapture(
    bytes(`exch_ns,local_ns,bid,bid_qty,ask,ask_qty
1723161256298000000,1723161256298000000,100.1,1,100.2,2
1723161256299000000,1723161256299000000,100.0,1,100.2,3
`),
    { grid },
  );
  expect([...best.price].map((price, i) => `${price}:${best.lots[i]}`)).toEqual([
    '0:0',
    '1001:1000',
    '1002:2000',
    '1001:0',
    '1000:1000',
    '1002:3000',
  ]);
});

const data = process.env.TIDEGATE_DATA ?? join(import.meta.dirname, '../../../../shared/data');
const name = (kind: string) => join(data, `ticks/BTC_USDT_USDT-${kind}-20240808.csv.gz`);
const hasData = existsSync(name('l2'));
if (!hasData) console.log(`the tick capture is not in ${data}: skipped`);

it.skipIf(!hasData)(
  'turns a real capture into a book that is never crossed and agrees with its own best-price stream within a tick, four times in five',
  () => {
    const originMs = 1_723_161_250_000;
    const read = (kind: string) => importCapture(readFileSync(name(kind)), { grid, originMs, where: kind });
    const sources = ['l2', 'trades'].map((kind) => ({ name: kind, events: read(kind) }));
    for (const { events } of sources) for (let i = 0; i < events.length; i++) events.localTime[i]! += 2e9;
    const events = orderEvents(sources);
    validateEvents(events);

    const best = read('l1');
    const broker = new BookBroker({
      events,
      grid,
      latency: constantLatency({ entryNs: 0, responseNs: 0 }),
      queue: riskAverse(),
      fee: makerTaker({ maker: 0, taker: 0 }),
    });
    let agreeing = 0;
    let compared = 0;
    const bids = new Map<number, number>();
    for (let i = 0; i < best.length; i++)
      if (best.side[i] === 1 && best.lots[i]! > 0) bids.set(best.exchangeTime[i]!, best.price[i]!);
    for (const time of [...bids.keys()].sort((a, b) => a - b)) {
      broker.advanceTo(Math.max(broker.now, time));
      const { ladder } = broker.exchange;
      if (!ladder.hasBoth) continue;
      compared++;
      expect(ladder.bestBid).toBeLessThan(ladder.bestAsk);
      if (Math.abs(ladder.bestBid - bids.get(time)!) <= 1) agreeing++;
    }
    expect(compared).toBeGreaterThan(1000);
    expect(agreeing / compared).toBeGreaterThan(0.8);
  },
);
