import { expect, it } from 'vitest';
import { seeded } from '../foundation/rng.ts';
import { overfitting } from './overfitting.ts';

const noise = (seed: number, mean = 0) => {
  const rng = seeded(seed);
  return Float64Array.from({ length: 200 }, () => mean + 0.01 * rng.normal());
};

it('finds no overfitting where one variant is truly better', () => {
  const result = overfitting([noise(1), noise(2, 0.02), noise(3), noise(4)], 8);
  expect(result.logits).toHaveLength(70);
  expect(result.pbo).toBe(0);
  expect(result.bestInSample.every((best) => best === 1)).toBe(true);
  expect(result.probabilityOfLoss).toBe(0);
});

it('finds it where a variant is good in one half by being bad in the other', () => {
  const half = (sign: number) =>
    Float64Array.from({ length: 100 }, (_, i) => (i < 50 ? sign : -sign) * 0.01 + 0.001 * Math.sin(i * 7));
  expect(overfitting([half(1), half(-1)], 2).pbo).toBe(1);
});

it('refuses unequal lengths and odd blocks with the numbers it got', () => {
  expect(() => overfitting([noise(1), noise(2).subarray(1)])).toThrow(/variant 1 has 199 returns, variant 0 has 200/);
  expect(() => overfitting([noise(1), noise(2)], 7)).toThrow(/blocks is 7/);
  expect(() => overfitting([noise(1)])).toThrow(/1 variants/);
});
