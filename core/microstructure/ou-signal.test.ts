import { expect, it } from 'vitest';
import { seeded } from '../foundation/rng.ts';
import { ouFit } from './ornstein-uhlenbeck.ts';
import { OuSignal } from './ou-signal.ts';

function reverting(length: number, level: number): number[] {
  const rng = seeded('ou');
  let x = level;
  return Array.from({ length }, () => {
    x += 0.2 * (level - x) + rng.normal();
    return x;
  });
}

it('recovers the process that made the data', () => {
  const fit = ouFit(reverting(20_000, 500));
  expect(Math.abs(fit.theta - 0.2)).toBeLessThan(0.015);
  expect(Math.abs(fit.mu - 500)).toBeLessThan(0.2);
  expect(Math.abs(fit.sigma - 1)).toBeLessThan(0.02);
});

it('does not call a straight line mean-reverting', () => {
  expect(ouFit([1, 2, 3, 4, 5]).valid).toBe(false);
  expect(ouFit([5, 5, 5, 5]).valid).toBe(false);
});

it('agrees with the fit of its window on prices of any size, after any number of updates', () => {
  const prices = reverting(5000, 60_000);
  const signal = new OuSignal({ window: 100 });
  prices.forEach((price, i) => {
    signal.update(price, 0.2);
    if (i % 97 !== 0 || i < 100) return;
    const fit = ouFit(prices.slice(i - 99, i + 1));
    expect(signal.z).toBeCloseTo((price - fit.mu) / fit.sigma, 6);
  });
});

it('buys below the mean, sells above it, and decays while the Hurst gate is shut', () => {
  const signal = new OuSignal({ window: 60 });
  for (const price of reverting(60, 100)) signal.update(price, 0.3);
  expect(signal.update(80, 0.3)).toBe(1);
  expect(signal.update(80, 0.45)).toBe(0.93);
  expect(signal.update(80, Number.NaN)).toBe(0.93 * 0.93);
  expect(signal.z).toBeNaN();
  for (const price of reverting(60, 100)) signal.update(price, 0.3);
  expect(signal.update(120, 0.3)).toBe(-1);
});
