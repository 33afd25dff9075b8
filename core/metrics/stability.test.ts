import { expect, it } from 'vitest';
import { stability } from './stability.ts';

it('is one for steady growth and small for a zigzag', () => {
  expect(stability([0.01, 0.01, 0.01, 0.01])).toBeCloseTo(1, 12);
  expect(stability([0.1, -0.09, 0.1, -0.09, 0.1, -0.09])).toBeLessThan(0.3);
});

it('is the squared correlation of cumulative log returns with time', () => {
  const levels = [1, 3, 2, 4].map((x) => x / 100);
  const returns = levels.map((x, i) => Math.expm1(x - (levels[i - 1] ?? 0)));
  expect(stability(returns)).toBeCloseTo(0.64, 12);
});

it('is undefined without movement or after a total loss', () => {
  expect(stability([0, 0, 0])).toBeNaN();
  expect(stability([0.1, -1])).toBeNaN();
  expect(stability([0.1])).toBeNaN();
});
