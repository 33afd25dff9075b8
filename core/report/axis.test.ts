import fc from 'fast-check';
import { expect, it } from 'vitest';
import { durationStep, durationTick, numberTick, percentTick, roundStep, ticks } from './axis.ts';

it('steps by 1, 2 or 5 of a power of ten, never finer than asked', () => {
  expect([0.3, 0.2, 1, 1.01, 3, 5, 7, 1200].map(roundStep)).toEqual([0.5, 0.2, 1, 2, 5, 5, 10, 2000]);
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (rough) => {
      const step = roundStep(rough);
      expect(step).toBeGreaterThanOrEqual(rough * (1 - 1e-8));
      expect(step).toBeLessThanOrEqual(rough * 2.5 * (1 + 1e-8));
    }),
  );
});

it('steps through time as clocks do', () => {
  const minutes = (n: number) => n * 60_000;
  expect([minutes(7), minutes(40), minutes(61), minutes(1000), minutes(3000), 12].map(durationStep)).toEqual([
    minutes(10),
    minutes(60),
    minutes(120),
    minutes(1440),
    minutes(1440 * 5),
    20,
  ]);
});

it('finds round values inside a range, its ends among them', () => {
  expect(ticks(0, 60, { most: 6 })).toEqual({ values: [0, 10, 20, 30, 40, 50, 60], step: 10 });
  expect(ticks(-0.361, 3.82, { most: 5 }).values).toEqual([0, 1, 2, 3]);
  expect(ticks(-0.3, 0.1, { most: 5 }).values.map((v) => percentTick(v, 0.1))).toEqual([
    '-30 %',
    '-20 %',
    '-10 %',
    '0 %',
    '10 %',
  ]);
});

it('writes a tick with the decimals that tell it from its neighbours', () => {
  expect([numberTick(1500, 500), numberTick(0.25, 0.05), percentTick(0.002, 0.0005), durationTick(0, 1)]).toEqual([
    '1,500',
    '0.25',
    '0.20 %',
    '0',
  ]);
});
