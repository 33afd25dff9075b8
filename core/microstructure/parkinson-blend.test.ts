import { expect, it } from 'vitest';
import { ParkinsonBlend, SESSION_WEIGHTS } from './parkinson-blend.ts';

it('gives the volatility of a constant range and the stops around it', () => {
  const blend = new ParkinsonBlend({ window: 3, weight: 1 });
  for (let i = 0; i < 3; i++) expect(blend.add(Math.E, 1, 2)).toBeNaN();
  const volatility = 1 / Math.sqrt(4 * Math.LN2);
  expect(blend.add(Math.E, 1, 2)).toBeCloseTo(volatility, 14);
  expect(blend.stop(100, 2, 'long')).toBeCloseTo(100 * (1 - 2 * volatility), 12);
  expect(blend.stop(100, 2, 'short')).toBeCloseTo(100 * (1 + 2 * volatility), 12);
});

it('weighs ranges more while the large sessions are open', () => {
  const blend = new ParkinsonBlend({ weight: SESSION_WEIGHTS });
  const hour = 3_600_000;
  blend.add(2, 1, 1.5, 6 * hour);
  expect(blend.weight).toBe(0.5);
  blend.add(2, 1, 1.5, 7 * hour);
  expect(blend.weight).toBe(0.7);
  blend.add(2, 1, 1.5, 21 * hour);
  expect(blend.weight).toBe(0.5);
});

it('skips bars that cannot be', () => {
  const blend = new ParkinsonBlend({ window: 2 });
  blend.add(1, 2, 1);
  blend.add(1, 0, 1);
  blend.add(2, 1, Number.NaN);
  expect(blend.save().filter((x) => x === 1)).toEqual([]);
});
