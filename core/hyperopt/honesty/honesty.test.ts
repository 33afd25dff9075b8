import { describe, expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { choice, int, real } from '../../strategy/parameters.ts';
import { compileSpace } from '../space/space.ts';
import type { SeenTrial } from '../trial.ts';
import { backtestPaths, combinatorialSplits, groupSpans } from './combinatorial.ts';
import { importances } from './importance.ts';
import { monteCarloPaths, monteCarloTrades, shuffleTrades } from './monte-carlo.ts';
import { mostStable, neighbourhood, stepsAround } from './neighbourhood.ts';
import { realityCheck } from './reality-check.ts';
import { automaticBlock, stationaryIndices } from './stationary-bootstrap.ts';
import { stitchEquity, walkForwardEfficiency, walkForwardWindows } from './walk-forward.ts';

const noise = (n: number, seed: string, drift = 0) => {
  const rng = seeded(seed);
  return Float64Array.from({ length: n }, () => 0.01 * rng.normal() + drift);
};
const seen = (number: number, unit: number[], loss: number): SeenTrial => ({
  number,
  unit: Float64Array.from(unit),
  memo: {},
  state: 'complete',
  losses: [loss],
  violation: 0,
  steps: [],
});

describe('the reality check', () => {
  it('calls the best of many noise strategies luck, and is right about as often as it says', () => {
    let significant = 0;
    for (let study = 0; study < 40; study++) {
      const variants = Array.from({ length: 20 }, (_, k) => noise(250, `${study}/${k}`));
      if (realityCheck(variants, { resamples: 200, seed: study }).spa.consistent < 0.1) significant++;
    }
    expect(significant).toBeLessThanOrEqual(8);
  });

  it('recognises a planted edge among noise', () => {
    const variants = [...Array.from({ length: 20 }, (_, k) => noise(500, `n${k}`)), noise(500, 'edge', 0.003)];
    const { best, whiteP, spa } = realityCheck(variants, { resamples: 500 });
    expect(best).toBe(20);
    expect(whiteP).toBeLessThan(0.01);
    expect(spa.consistent).toBeLessThan(0.01);
  });

  it('orders the three p-values of Hansen', () => {
    const variants = Array.from({ length: 8 }, (_, k) => noise(300, `o${k}`, k < 4 ? -0.002 : 0.0005));
    const { spa } = realityCheck(variants, { resamples: 300 });
    expect(spa.lower).toBeLessThanOrEqual(spa.consistent);
    expect(spa.consistent).toBeLessThanOrEqual(spa.upper);
  });

  it('refuses variants of different length', () => {
    expect(() => realityCheck([noise(20, 'a'), noise(21, 'b')])).toThrow('HPO_RETURNS');
  });
});

describe('the stationary bootstrap', () => {
  it('makes blocks of the wanted mean length', () => {
    const index = stationaryIndices(100_000, 12, seeded(1));
    let blocks = 1;
    for (let i = 1; i < index.length; i++) if (index[i] !== (index[i - 1]! + 1) % index.length) blocks++;
    expect(index.length / blocks).toBeGreaterThan(11.5);
    expect(index.length / blocks).toBeLessThan(12.5);
  });

  it('chooses longer blocks for longer memory', () => {
    const rng = seeded('ar');
    const series = new Float64Array(2000);
    for (let i = 1; i < series.length; i++) series[i] = 0.8 * series[i - 1]! + rng.normal();
    expect(automaticBlock(noise(2000, 'white'))).toBeLessThan(6);
    expect(automaticBlock(series)).toBeGreaterThan(12);
  });
});

describe('Monte Carlo', () => {
  const trades = Float64Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? -0.02 : 0.015));

  it('shuffling keeps the total and spreads the drawdown', () => {
    const { totalReturn, maxDrawdown } = shuffleTrades(trades);
    expect(totalReturn.p5).toBeCloseTo(totalReturn.p95, 10);
    expect(totalReturn.mean).toBeCloseTo(1.015 ** 40 * 0.98 ** 20 - 1, 10);
    expect(maxDrawdown.p5).toBeLessThan(maxDrawdown.p95);
    expect(maxDrawdown.p95).toBeLessThan(0);
  });

  it('drawing with replacement spreads the total about the same median', () => {
    const { totalReturn, lossProbability } = monteCarloTrades(trades, { resamples: 4000 });
    expect(totalReturn.median).toBeCloseTo(1.015 ** 40 * 0.98 ** 20 - 1, 1);
    expect(totalReturn.p5).toBeLessThan(totalReturn.p95);
    expect(lossProbability).toBeGreaterThan(0.03);
    expect(lossProbability).toBeLessThan(0.25);
  });

  it('is the same for the same seed, and certain where returns are', () => {
    const returns = noise(300, 'p');
    expect(monteCarloPaths(returns, { seed: 4 })).toEqual(monteCarloPaths(returns, { seed: 4 }));
    expect(monteCarloPaths(new Float64Array(100).fill(0.01)).maxDrawdown.p5).toBe(0);
    expect(monteCarloTrades([-0.6], { resamples: 10 }).ruinProbability).toBe(1);
  });
});

describe('walk-forward', () => {
  const day = 86_400_000;

  it('rolling windows follow each other without gap, after the embargo', () => {
    const windows = walkForwardWindows({
      from: 0,
      to: 100 * day,
      trainMs: 40 * day,
      testMs: 20 * day,
      kind: 'rolling',
      embargoMs: day,
    });
    expect(windows.map((w) => [w.train.from / day, w.train.to / day, w.test.from / day, w.test.to / day])).toEqual([
      [0, 40, 41, 61],
      [20, 60, 61, 81],
      [40, 80, 81, 100],
    ]);
  });

  it('anchored windows always train from the beginning', () => {
    const windows = walkForwardWindows({ from: 0, to: 100, trainMs: 40, testMs: 30, kind: 'anchored' });
    expect(windows.map((w) => [w.train.from, w.train.to, w.test.to])).toEqual([
      [0, 40, 70],
      [0, 70, 100],
    ]);
  });

  it('refuses a period that holds no window', () => {
    expect(() => walkForwardWindows({ from: 0, to: 10, trainMs: 10, testMs: 5, kind: 'rolling' })).toThrow(
      'HPO_WINDOWS',
    );
  });

  it('stitches the tests into one curve and measures what was lost on the way', () => {
    const part = (a: number, b: number) => ({ time: [a, a + 1], equity: [1000, b], start: 1000 });
    expect([...stitchEquity([part(0, 1100), part(2, 500)], 10).equity]).toEqual([10, 11, 11, 5.5]);
    const half = { trainReturn: Math.expm1(0.2), trainMs: 100, testReturn: Math.expm1(0.05), testMs: 50 };
    expect(walkForwardEfficiency([half, half])).toBeCloseTo(0.5, 9);
    // 0.9 % a year in sample are nothing to keep.
    const year = 365 * 86_400_000;
    const grown = (trainReturn: number) => ({ trainReturn, trainMs: year, testReturn: -0.1, testMs: year });
    expect(walkForwardEfficiency([grown(0.009)])).toBeNaN();
    expect(walkForwardEfficiency([grown(0.02)])).toBeCloseTo(Math.log(0.9) / Math.log(1.02), 9);
  });

  it('combinatorial splits hold out every pair of groups, purged and embargoed', () => {
    const splits = combinatorialSplits({ from: 0, to: 600, groups: 6, testGroups: 2, purgeMs: 10, embargoMs: 20 });
    expect(splits).toHaveLength(15);
    expect(splits[0]).toEqual({ testGroups: [0, 1], test: [{ from: 0, to: 200 }], train: [{ from: 220, to: 600 }] });
    expect(splits.find((s) => s.testGroups.join() === '1,4')!.train).toEqual([
      { from: 0, to: 90 },
      { from: 220, to: 390 },
      { from: 520, to: 600 },
    ]);
  });
  it('paths use each test of each group once', () => {
    const splits = combinatorialSplits({ from: 0, to: 600, groups: 6, testGroups: 2 });
    const paths = backtestPaths(splits, 6);
    expect(paths).toHaveLength(5);
    const used = paths.flatMap((path) => path.map((split, g) => `${split}/${g}`));
    expect(new Set(used).size).toBe(30);
    for (const path of paths) for (const [g, split] of path.entries()) expect(splits[split]!.testGroups).toContain(g);
    // The first path: group 0 and 1 from the split that holds both out, then 0 with each other one.
    expect(paths[0]).toEqual([0, 0, 1, 2, 3, 4]);
  });

  it('groups meet at midnights where they are long', () => {
    const day = 86_400_000;
    expect(groupSpans({ from: 0.3 * day, to: 20.3 * day, groups: 3 })).toEqual([
      { from: 0.3 * day, to: 7 * day },
      { from: 7 * day, to: 14 * day },
      { from: 14 * day, to: 20.3 * day },
    ]);
  });
});

describe('parameter stability', () => {
  const space = compileSpace({ a: real(0, 1), b: real(0, 1), c: choice(['x', 'y', 'z']), d: int(0, 10) });
  const rng = seeded('trials');
  const trials = Array.from({ length: 300 }, (_, i) => {
    const unit = Array.from(space.snap([rng.next(), rng.next(), rng.next(), rng.next()]));
    return seen(i, unit, 10 * unit[0]! + (unit[2]! > 0.4 && unit[2]! < 0.6 ? 2 : 0) + 0.1 * unit[1]!);
  });

  it('ranks parameters by how much of the variance they explain', () => {
    const found = importances(space, trials);
    expect(found.map((i) => i.name).slice(0, 2)).toEqual(['a', 'c']);
    // Variances: 100 / 12 for a, 4 * 2/9 for c.
    expect(found[0]!.share).toBeGreaterThan(0.85);
    expect(found[1]!.share).toBeGreaterThan(0.04);
    expect(found.reduce((s, i) => s + i.share, 0)).toBeCloseTo(1, 12);
  });

  it('tells a spike from a plateau', () => {
    const line = compileSpace({ a: real(0, 1) });
    const plateau = Array.from({ length: 101 }, (_, i) =>
      seen(i, [i / 100], i >= 60 && i <= 80 ? 1 : i === 20 ? 0.5 : 5),
    );
    expect(neighbourhood(line, plateau, plateau[70]!, { radius: 0.05 }).plateau).toBe(1);
    expect(neighbourhood(line, plateau, plateau[20]!, { radius: 0.05 }).plateau).toBe(0);
    expect(mostStable(line, plateau)!.losses[0]).toBe(1);
  });

  it('steps along every active ordered parameter', () => {
    const points = stepsAround(space, space.snap([0.5, 1, 0.5, 0.5]));
    expect(points.map((p) => space.decode(p).d)).toEqual([5, 5, 5, 4, 6]);
  });
});
