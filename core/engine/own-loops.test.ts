import { describe, expect, it } from 'vitest';
import { type Row, runTest, type Script, Scripted } from './fills/honest/run-fixture.ts';
import { loopsOf } from './own-loops.ts';

class Second extends Scripted {}
class Third extends Scripted {}

/** A market that rises and falls a little, with a candle now and then that reaches stops. */
const rows: Row[] = Array.from({ length: 60 }, (_, i) => {
  const price = 100 + (i % 7);
  return i % 11 === 0 ? [price, price + 6, price - 6, price] : [price, price + 0.5, price - 0.5, price];
});

const inAndOut: Script = (i, act) => {
  if (i % 5 === 1) act.enter.long({ tag: `in ${i}` });
  if (i % 5 === 4) act.exit.long({ tag: `out ${i}` });
};

describe('loops of a class of strategies', () => {
  it('are its own: the same for each of its strategies, others for another class', () => {
    const loops = loopsOf(new Second(() => undefined));
    expect(loopsOf(new Second(inAndOut))).toBe(loops);
    const others = loopsOf(new Third(inAndOut));
    expect(others.askQuietly).not.toBe(loops.askQuietly);
    expect(others.askAdjusting).not.toBe(loops.askAdjusting);
    expect(others.askTogether).not.toBe(loops.askTogether);
  });

  const adding = { adjustPosition: ({ profit }: { profit: number }) => (profit < -0.02 ? 100 : null) };
  const settings: readonly [string, object, readonly string[]][] = [
    ['one pair', { stoploss: -0.05 }, ['A/USDT:USDT']],
    ['additions', { stoploss: -0.2, ...adding }, ['A/USDT:USDT']],
    ['several pairs', { stoploss: -0.05 }, ['A/USDT:USDT', 'B/USDT:USDT']],
  ];
  it.each(settings)('do what those of any other class do (%s)', (_, attributes, pairs) => {
    const run = (Class: typeof Scripted) => {
      const markets = Object.fromEntries(pairs.map((pair) => [pair, { rows }]));
      const { fills, trades, equity } = runTest({ markets, strategies: { S: new Class(inAndOut, attributes) } });
      return { fills, trades, equity };
    };
    const first = run(Scripted);
    expect(first.trades.length).toBeGreaterThan(5);
    expect(run(Second)).toEqual(first);
    expect(run(Third)).toEqual(first);
  });
});
