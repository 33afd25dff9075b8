import { synthMarket } from 'tidegate';
import { describe, expect, it } from 'vitest';
import shuffle from './shuffle/index.ts';
import staticList from './static/index.ts';
import volume from './volume/index.ts';

const PAIRS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'XRP/USDT'];
const DAY = 86_400_000;
const FROM = Date.UTC(2024, 0, 1);
const data = await synthMarket({ seed: 1, pairs: PAIRS, from: FROM, days: 4 });
const context = (time: number) => ({ data, exchange: 'synthetic', time, trades: null });

describe('static', () => {
  const pairs = (options: object, given: readonly string[]) =>
    staticList.create(staticList.options.parse(options)).pairs(given, context(0));

  it('gives the named pairs, or passes on what comes in, less those excluded', async () => {
    expect(await pairs({ pairs: ['A', 'B', 'A'], exclude: ['B'] }, ['C'])).toEqual(['A']);
    expect(await pairs({ exclude: ['C'] }, ['C', 'D'])).toEqual(['D']);
  });
});

describe('volume', () => {
  const module = (options: object) => volume.create(volume.options.parse({ candles: 2, ...options }));

  it('ranks by value traded in the candles that had closed by then', async () => {
    const time = FROM + 3 * DAY + 3_600_000;
    const value = async (pair: string) => {
      const { close, volume: traded } = await data.candles('synthetic', pair, '1d', {
        from: FROM + DAY,
        to: FROM + 3 * DAY,
      });
      return traded.reduce((sum, v, i) => sum + v * close[i]!, 0);
    };
    const values = new Map(await Promise.all(PAIRS.map(async (p) => [p, await value(p)] as const)));
    const want = [...PAIRS].sort((a, b) => values.get(b)! - values.get(a)!);
    expect(await module({}).pairs(PAIRS, context(time))).toEqual(want);
    expect(await module({ count: 2 }).pairs(PAIRS, context(time))).toEqual(want.slice(0, 2));
    const least = values.get(want[2]!)!;
    expect(await module({ minValue: least }).pairs(PAIRS, context(time))).toEqual(want.slice(0, 3));
  });
});

describe('shuffle', () => {
  const order = (time: number, seed = 1, given: readonly string[] = PAIRS) =>
    shuffle.create({ seed, everyHours: 24 }).pairs(given, context(time));

  it('keeps the pairs, and their order for a period', async () => {
    expect([...(await order(0))].sort()).toEqual(PAIRS);
    expect(await order(DAY - 1)).toEqual(await order(0));
    expect(await order(0, 1, [...PAIRS].reverse())).toEqual(await order(0));
  });

  it('changes with the period and with the seed', async () => {
    const orders = new Set<string>();
    for (let day = 0; day < 20; day++) orders.add((await order(day * DAY)).join());
    expect(orders.size).toBeGreaterThan(8);
    expect(await Promise.all([2, 3, 4].map((seed) => order(0, seed)))).not.toEqual([
      await order(0),
      await order(0),
      await order(0),
    ]);
  });
});
