import { expect, it } from 'vitest';
import { drawAt, seeded } from './rng.ts';

it('gives the same numbers for the same seed and others for another', () => {
  const draws = (seed: number) =>
    Array.from(
      { length: 5 },
      (
        (rng) => () =>
          rng.next()
      )(seeded(seed)),
    );
  expect(draws(7)).toEqual(draws(7));
  expect(draws(7)).not.toEqual(draws(8));
});

it('is uniform and normal to the accuracy of 100,000 draws', () => {
  const rng = seeded('moments');
  const n = 100_000;
  let mean = 0;
  let normalMean = 0;
  let normalSquare = 0;
  for (let i = 0; i < n; i++) {
    mean += rng.next() / n;
    const z = rng.normal();
    normalMean += z / n;
    normalSquare += (z * z) / n;
  }
  expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
  expect(Math.abs(normalMean)).toBeLessThan(4 / Math.sqrt(n));
  expect(Math.abs(normalSquare - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
});

it('draws by key alone, whatever was drawn before', () => {
  expect(drawAt(1, 'chase', 'order-9', 0)).toBe(drawAt(1, 'chase', 'order-9', 0));
  expect(drawAt(1, 'chase', 'order-9', 0)).not.toBe(drawAt(1, 'chase', 'order-9', 1));
});
