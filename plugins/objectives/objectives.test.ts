import { testRun } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import calmar from './calmar/index.ts';
import profit from './profit/index.ts';
import profitDrawdown from './profit-drawdown/index.ts';
import sharpe from './sharpe/index.ts';
import sortino from './sortino/index.ts';

const DAY = 86_400_000;
/** A run whose equity at the ends of days is as given, from 1,000. */
function run(...equity: number[]) {
  const shape = testRun({ drift: 0, noise: 0, seed: 1, trades: 1 });
  const column = Float64Array.from(equity);
  const time = column.map((_, i) => shape.inputs.from + (i + 1) * DAY);
  return {
    ...shape,
    equity: { time, equity: column, buyAndHold: column, exposure: column },
    finalBalance: column[column.length - 1]!,
  };
}
const options = { minTrades: 1 };

describe('objectives', () => {
  const up = run(1010, 1000, 1020);
  const returns = [0.01, 1000 / 1010 - 1, 0.02];
  const mean = returns.reduce((a, b) => a + b) / 3;

  it('sharpe is the annual mean over the sample deviation of daily returns', () => {
    const deviation = Math.sqrt(returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 2);
    expect(sharpe.create(options).score(up)).toBeCloseTo((mean / deviation) * Math.sqrt(365), 9);
  });

  it('sortino divides by the downside alone, and falls back on the Sharpe ratio without any', () => {
    expect(sortino.create(options).score(up)).toBeCloseTo(
      (mean * 365) / (Math.sqrt(returns[1]! ** 2 / 3) * Math.sqrt(365)),
      9,
    );
    const winner = run(1010, 1020, 1040);
    expect(sortino.create(options).score(winner)).toBe(sharpe.create(options).score(winner));
  });

  it('calmar divides annual growth by the deepest drawdown', () => {
    const score = calmar.create(options).score(up);
    expect(score).toBeCloseTo((1.02 ** (365 / 3) - 1) / (10 / 1010), 6);
  });

  it('profit is that of the account, drawdown taken off where asked', () => {
    expect(profit.create(options).score(up)).toBeCloseTo(0.02, 12);
    expect(profitDrawdown.create({ ...options, weight: 2 }).score(up)).toBeCloseTo(0.02 - 2 * (10 / 1010), 12);
  });

  it.each([sharpe, sortino, calmar, profit])('fails a trial with too few trades: $name', (plugin) => {
    expect(plugin.create({ minTrades: 2 }).score(up)).toBeNaN();
  });
});
