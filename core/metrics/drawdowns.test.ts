import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawdowns } from './drawdowns.ts';
import { maxDrawdown } from './max-drawdown.ts';

const of = (curve: readonly number[], most?: number) =>
  drawdowns(
    curve.map((_, i) => 10 * (i + 1)),
    curve,
    { start: 100, startTime: 0, ...(most && { most }) },
  );

it('tells the stretches below a peak apart, deepest first, with their times', () => {
  const { deepest, longest } = of([90, 95, 100, 120, 114, 120, 60, 90]);
  expect(deepest).toEqual([
    { depth: -0.5, from: 60, bottom: 70, to: 80, isOver: false },
    { depth: 90 / 100 - 1, from: 0, bottom: 10, to: 20, isOver: true },
    { depth: 114 / 120 - 1, from: 40, bottom: 50, to: 50, isOver: true },
  ]);
  expect(longest).toBe(deepest[1]);
});

it('measures length in time, not in points', () => {
  const { longest } = drawdowns([1, 2, 3, 4, 5, 900], [9, 9, 9, 10, 9, 9], { start: 10, startTime: 0 });
  expect(longest).toMatchObject({ from: 4, to: 900 });
});

it('has nothing to say of a curve that never falls, or of none', () => {
  expect(of([100, 100, 101])).toEqual({ deepest: [], longest: null, ulcerIndex: 0 });
  expect(of([])).toEqual({ deepest: [], longest: null, ulcerIndex: Number.NaN });
});

it('squares the depth of every point for the ulcer index', () => {
  expect(of([90, 95]).ulcerIndex).toBeCloseTo(Math.sqrt((10 ** 2 + 5 ** 2) / 2), 12);
  expect(of([200, 190, 200, 100]).ulcerIndex).toBeCloseTo(Math.sqrt((5 ** 2 + 50 ** 2) / 4), 12);
});

it('keeps as many as are asked for, the deepest among them being the maximum', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (curve) => {
      const all = of(curve, 1000).deepest;
      expect(of(curve, 2).deepest).toEqual(all.slice(0, 2));
      expect(all[0]?.depth ?? 0).toBe(maxDrawdown(curve, 100));
    }),
  );
});
