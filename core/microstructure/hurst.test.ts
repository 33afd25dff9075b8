import { expect, it } from 'vitest';
import { seeded } from '../foundation/rng.ts';
import { hurst, hurstRegime, RollingHurst } from './hurst.ts';

function returns(length: number, memory: number): number[] {
  const rng = seeded('hurst');
  let last = 0;
  return Array.from({ length }, () => {
    last = memory * last + rng.normal();
    return last;
  });
}

it('tells persistent from reverting returns', () => {
  expect(hurst(returns(400, 0.99))).toBeGreaterThan(0.8);
  const reverting = returns(401, 0).map((x, i, all) => x - (all[i - 1] ?? 0));
  expect(hurst(reverting)).toBeLessThan(0.25);
});

it('is 0.5 when nothing varies or there is too little', () => {
  expect(hurst([1, 2, 3])).toBe(0.5);
  expect(hurst(new Float64Array(100))).toBe(0.5);
});

it('needs 50 samples unless told otherwise', () => {
  const rolling = new RollingHurst();
  const data = returns(50, 0);
  for (const value of data.slice(0, 49)) rolling.add(value);
  expect(rolling.value).toBeNaN();
  expect(rolling.regime).toBe('none');
  rolling.add(data[49]!);
  expect(rolling.value).toBe(hurst(data));
});

it('lets signals through by its borders', () => {
  expect([0.39, 0.4, 0.449, 0.45, 0.55, 0.56, 0.6, 0.61].map(hurstRegime)).toEqual([
    'meanReverting',
    'reduced',
    'reduced',
    'none',
    'none',
    'reduced',
    'reduced',
    'trending',
  ]);
});
