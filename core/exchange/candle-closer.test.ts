import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CandleEvent } from '../ports/exchange.ts';
import { CandleCloser, type CandleRow } from './candle-closer.ts';

const MINUTE = 60_000;
const row = (minute: number, close = 100 + minute): CandleRow => [minute * MINUTE, 100, 200, 50, close, 1];

function closer({ hasFlag = true, rest = [] as CandleRow[] | Error } = {}) {
  const out: CandleEvent[] = [];
  const revisions: [number, number][] = [];
  const world = { now: 0, rest, asked: 0 };
  const it = new CandleCloser({
    pair: 'BTC/USDT',
    timeframe: '1m',
    graceMs: 2_000,
    hasFlag,
    fetchRows: async (since) => {
      world.asked++;
      if (world.rest instanceof Error) throw world.rest;
      return world.rest.filter(([time]) => time >= since);
    },
    marketNow: () => world.now,
    wallNow: () => 7,
    deliver: (candle) => out.push(candle),
    revised: (before, later) => revisions.push([before.close, later.close]),
  });
  const told = () => out.map(({ openTime, close, closedBy }) => [openTime / MINUTE, close, closedBy]);
  return { it, world, told, revisions };
}

const settled = () => new Promise((done) => setImmediate(done));

describe('a candle is closed', () => {
  it('by its flag, at once and once', () => {
    const { it: closes, told } = closer();
    closes.update(row(1, 7), false, 61_000);
    closes.update(row(1, 8), true, 120_000);
    closes.update(row(1, 8), true, 120_001);
    expect(told()).toEqual([[1, 8, 'flag']]);
  });

  it('by the next opening time where there are no flags', () => {
    const { it: closes, told } = closer({ hasFlag: false });
    closes.update(row(1, 7), null, 61_000);
    closes.update(row(1, 8), null, 119_000);
    closes.update(row(2, 9), null, 121_000);
    expect(told()).toEqual([[1, 8, 'next-open']]);
  });

  it('by REST when its flag is late: the last state that the stream told may be incomplete', async () => {
    const { it: closes, told, revisions } = closer({ rest: [row(1, 9), row(2, 5)] });
    closes.update(row(1, 8), false, 119_000);
    closes.update(row(2, 5), false, 121_000);
    await settled();
    expect(told()).toEqual([[1, 9, 'rest']]);
    closes.update(row(1, 9), true, 125_000);
    expect(told()).toHaveLength(1);
    expect(revisions).toEqual([]);
  });

  it('by the next opening time when its flag is lost and REST is down', async () => {
    const { it: closes, told } = closer({ rest: new Error('down') });
    closes.update(row(1, 8), false, 119_000);
    closes.update(row(2, 5), false, 121_000);
    await settled();
    expect(told()).toEqual([[1, 8, 'next-open']]);
  });

  it('by exchange time plus grace, when REST said the same twice', async () => {
    const { it: closes, world, told } = closer({ rest: [row(1, 8)] });
    closes.update(row(1, 8), false, 119_000);
    world.now = 121_999;
    await closes.check();
    expect(world.asked).toBe(0);
    world.now = 122_000;
    await closes.check();
    world.rest = [row(1, 9)];
    await closes.check();
    expect(told()).toEqual([]);
    await closes.check();
    expect(told()).toEqual([[1, 9, 'grace']]);
  });
});

it('fills a hole from REST before it delivers what came after', async () => {
  const { it: closes, told } = closer({ rest: [row(2), row(3), row(4)] });
  closes.update(row(1), true, 0);
  closes.interrupted();
  closes.update(row(3), true, 0);
  expect(told()).toHaveLength(1);
  await settled();
  expect(told().map(([minute, , by]) => [minute, by])).toEqual([
    [1, 'flag'],
    [2, 'rest'],
    [3, 'flag'],
  ]);
});

it('goes on over a candle that REST did not know twice', async () => {
  const { it: closes, world, told } = closer({ rest: [row(3)] });
  closes.update(row(1), true, 0);
  closes.update(row(3), true, 0);
  await settled();
  expect(told()).toHaveLength(1);
  world.now = 4 * MINUTE;
  await closes.check();
  expect(told().map(([minute]) => minute)).toEqual([1, 3]);
});

it('does not close an incomplete candle after the stream was cut', async () => {
  const { it: closes, told } = closer({ hasFlag: false, rest: [row(1, 55), row(2), row(3)] });
  closes.update(row(1, 8), null, 0);
  closes.interrupted();
  closes.update(row(3), null, 0);
  closes.update(row(4), null, 0);
  await settled();
  expect(told().slice(0, 2)).toEqual([
    [1, 55, 'rest'],
    [2, 102, 'rest'],
  ]);
});

it('reports a revision and does not deliver it', () => {
  const { it: closes, told, revisions } = closer();
  closes.update(row(1, 8), true, 0);
  closes.update(row(1, 9), true, 0);
  expect(told()).toHaveLength(1);
  expect(revisions).toEqual([[8, 9]]);
});

it('takes no candle with a price of 0', () => {
  const { it: closes, told } = closer();
  closes.update([MINUTE, 1, 1, 0, 0, 0], true, 0);
  expect(told()).toEqual([]);
});

it('delivers in order and never twice, whatever the stream repeats or forgets', async () => {
  const news = fc.array(fc.record({ minute: fc.integer({ min: 1, max: 12 }), isClosed: fc.boolean() }), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(news, fc.boolean(), async (list, hasFlag) => {
      const rest = Array.from({ length: 14 }, (_, i) => row(i + 1));
      const { it: closes, told, world } = closer({ hasFlag, rest });
      for (const { minute, isClosed } of list) closes.update(row(minute), hasFlag ? isClosed : null, minute * MINUTE);
      world.now = 100 * MINUTE;
      await closes.check();
      await settled();
      const minutes = told().map(([minute]) => minute as number);
      expect(minutes).toEqual(minutes.map((_, i) => minutes[0]! + i));
    }),
    { numRuns: 50 },
  );
});
