import { expect, it } from 'vitest';
import { evenCosts } from './costs.ts';

it('as many requests a minute as the stated interval allows, at least one', () => {
  expect([50, 2000, 120_000, 0].map((ms) => evenCosts(ms).perMinute)).toEqual([1200, 30, 1, 60_000]);
});
