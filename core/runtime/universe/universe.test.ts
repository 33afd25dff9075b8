import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PLAIN_RUN } from '../../../tests/fixtures/plain-run.ts';
import { configSchema } from '../../config/schema.ts';
import { definePlugin } from '../../registry/define-plugin.ts';
import type { PairlistModule } from '../../registry/kinds.ts';
import { Registry } from '../../registry/registry.ts';
import type { Bar } from '../../strategy/bar.ts';
import { Strategy } from '../../strategy/strategy.ts';
import { testMarketData } from '../../testing/market-fake.ts';
import { backtest } from '../backtest.ts';
import { loadRegistry } from '../load-registry.ts';
import { configuredUniverse } from './configured-universe.ts';
import { PairlistChain } from './pairlist-chain.ts';
import { storedPairs } from './universe.ts';

const FROM = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAYS = 6;
const registry = await loadRegistry();

/** Hourly closes that are flat but for a rise in the last hour of some days: the day after, the pair is the one that rose most. */
const riser = (...days: number[]) => ({
  closes: Array.from({ length: DAYS * 24 }, (_, h) => (days.includes(Math.floor(h / 24)) && h % 24 === 23 ? 110 : 100)),
});
const data = testMarketData(
  { 'A/USDT': riser(0, 2), 'B/USDT': riser(1), 'C/USDT': riser(), 'D/EUR': riser(3) },
  { frame: '1h', from: FROM },
);
const rises = { name: 'percent-change', timeframe: '1h', candles: 1, count: 1, min: 0.05 };
const settings = (over: object) => configSchema.parse({ exchange: 'test', timerange: '20240102-20240105', ...over });

/** In and out again, all the time. */
class Restless extends Strategy {
  override timeframe = '1h';
  override stoploss = -1;
  override onCandle({ position }: Bar<this>): void {
    if (position) this.exit.long();
    else this.enter.long();
  }
}

async function trade(over: object) {
  const config = settings(over);
  const universe = (await configuredUniverse(config, registry, data, 'test'))!;
  return backtest({
    ...PLAIN_RUN,
    strategies: [{ name: 'Restless', create: () => new Restless(), codeHash: 'code' }],
    data,
    pairs: universe.pairs,
    universe,
    from: FROM + DAY,
    to: FROM + 4 * DAY,
    stakeAmount: 100,
    settings: { pairlists: universe.lists },
  });
}

describe('a universe', () => {
  it('is what the pair lists say at each moment, of stored pairs in the stake currency', async () => {
    const universe = (await configuredUniverse(settings({ pairlists: [rises] }), registry, data, 'test'))!;
    expect(universe.lists).toEqual([
      [FROM + DAY, ['A/USDT']],
      [FROM + 2 * DAY, ['B/USDT']],
      [FROM + 3 * DAY, ['A/USDT']],
    ]);
    expect(universe.pairs).toEqual(['A/USDT', 'B/USDT']);
    expect(await storedPairs(data, 'test', 'USDT')).toEqual(['A/USDT', 'B/USDT', 'C/USDT']);
  });

  it('keeps entries to the pairs of the moment, and lets what is open end', async () => {
    const { result } = await trade({ pairlists: [rises] });
    const hours = (pair: string) => result.trades.filter((t) => t.pair === pair).map((t) => (t.openTime - FROM) / HOUR);
    const odd = (from: number, to: number) => Array.from({ length: (to - from) / 2 }, (_, k) => from + 1 + 2 * k);
    expect(hours('A/USDT')).toEqual([...odd(24, 48), ...odd(72, 96)]);
    // What is decided at a candle that closes at the very moment still goes by the list before, unless it waited for an exit.
    expect(hours('B/USDT')).toEqual([48, ...odd(49, 73)]);
    expect(result.trades.length).toBeGreaterThan(20);
    expect(result.rejected.not_in_pairlist).toBeGreaterThan(20);
  });

  it('asks lists that look at own trades while the run goes on', async () => {
    const { result } = await trade({
      pairlists: [
        { name: 'static', pairs: ['A/USDT', 'C/USDT'] },
        { name: 'performance', minProfit: -0.0001 },
      ],
    });
    // Fees alone make every trade a loss: from the second day on neither pair is good enough.
    const last = Math.max(...result.trades.map((t) => t.openTime));
    expect(Math.floor((last - FROM) / DAY)).toBe(1);
    expect(new Set(result.trades.map((t) => t.pair))).toEqual(new Set(['A/USDT', 'C/USDT']));
  });

  it('is part of the input hash', async () => {
    const hash = async (over: object) => (await trade({ pairlists: [{ ...rises, ...over }] })).result.inputHash;
    expect(await hash({})).toBe(await hash({}));
    expect(await hash({ count: 2 })).toBe(await hash({}));
    expect(await hash({ min: -1, count: 2 })).not.toBe(await hash({}));
  });

  it('refuses lists of the present, lists that change under the freqtrade profile, and lists that are always empty', async () => {
    const make = (over: object) => configuredUniverse(settings(over), registry, data, 'test');
    const document = { name: 'remote', file: 'pairs.json' };
    await expect(make({ pairlists: [document] })).rejects.toThrow(
      /PAIRLIST_NOW_ONLY.*"remote" knows today's pairs only/,
    );
    await expect(make({ pairlists: [rises], fills: 'freqtrade' })).rejects.toThrow(/PAIRLIST_CHANGES/);
    await expect(make({ pairlists: ['performance'], fills: 'freqtrade' })).rejects.toThrow(/PAIRLIST_CHANGES/);
    await expect(make({ pairlists: [{ ...rises, min: 0.5 }] })).rejects.toThrow(/PAIRLIST_EMPTY.*pairlist test/);
    expect((await make({ pairlists: ['static'], fills: 'freqtrade' }))!.pairs).toHaveLength(3);
    expect(await make({})).toBe(null);
  });
});

describe('a chain of pair lists', () => {
  const asked: number[] = [];
  const counting = definePlugin({
    kind: 'pairlist',
    name: 'counting',
    version: '1.0.0',
    doc: 'adds a pair named for the moment',
    options: z.object({}),
    create: (): PairlistModule => ({
      name: 'counting',
      async pairs(given, { time }) {
        asked.push(time);
        if (time === 13 * HOUR) throw new Error('no answer');
        return [...given, `T${time / HOUR}`];
      },
    }),
  });
  const own = new Registry('1.0.0');
  own.register(counting, 'test');
  const context = (hour: number) => ({ data, exchange: 'test', time: hour * HOUR, trades: null });

  it('asks each step as of its own interval, and not twice the same', async () => {
    const chain = await PairlistChain.make(own, ['counting', { name: 'counting', refreshMinutes: 240 }], 60);
    expect(chain.refreshMs).toBe(HOUR);
    expect(await chain.steps(['X'], context(9.5))).toEqual([
      { name: 'counting', pairs: ['X', 'T9'] },
      { name: 'counting', pairs: ['X', 'T9', 'T8'] },
    ]);
    await chain.pairs(['X'], context(9.9));
    expect(asked).toEqual([9 * HOUR, 8 * HOUR]);
    expect(await chain.pairs(['X'], context(10))).toEqual(['X', 'T10', 'T8']);
  });

  it.each([undefined, 'A/B', {}, [1], [''], new Map()])('refuses %s as a list of pairs', async (answer) => {
    const registry = new Registry('0.1.0');
    const create = () => ({ name: 'odd', pairs: () => Promise.resolve(answer as never) });
    registry.register(
      definePlugin({ kind: 'pairlist', name: 'odd', version: '1.0.0', doc: 'odd', options: z.object({}), create }),
      'odd.ts',
    );
    const chain = await PairlistChain.make(registry, ['odd'], 60);
    await expect(chain.pairs([], context(13))).rejects.toThrow(/^PAIRLIST_ANSWER: pairlist "odd" answered /);
  });

  it('names the step that threw, and asks it again', async () => {
    const chain = await PairlistChain.make(own, ['counting'], 60);
    await expect(chain.pairs([], context(13))).rejects.toThrow(/PAIRLIST_FAILED.*"counting" threw: no answer/);
    const before = asked.length;
    await expect(chain.pairs([], context(13))).rejects.toThrow(/no answer/);
    expect(asked.length).toBe(before + 1);
  });

  it('refuses intervals and modules that make no sense', async () => {
    await expect(PairlistChain.make(own, [{ name: 'counting', refreshMinutes: 0 }], 60)).rejects.toThrow(
      /refreshMinutes is 0/,
    );
    await expect(PairlistChain.make(registry, ['volum'], 60)).rejects.toThrow(/Did you mean "volume"/);
  });
});
