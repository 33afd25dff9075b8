import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { conformalClasses, conformalQuantile, conformalRadius } from './conformal.ts';
import { fitIsotonic, isotonicValue } from './isotonic.ts';
import { fitPlatt, plattProbability } from './platt.ts';
import { probabilityScores, reliability } from './probability-scores.ts';

it('recovers a logistic curve from its draws', () => {
  const rng = seeded(1);
  const scores = Float64Array.from({ length: 20_000 }, () => 2 * rng.normal());
  const labels = scores.map((s) => (rng.next() < 1 / (1 + Math.exp(-1.5 * s + 0.5)) ? 1 : 0));
  const { a, b } = fitPlatt(scores, labels);
  expect(a).toBeCloseTo(-1.5, 1);
  expect(b).toBeCloseTo(0.5, 1);
  expect(plattProbability({ a, b }, 1000)).toBe(1);
  expect(plattProbability({ a: -1, b: 0 }, -1000)).toBe(0);
});

it('stays finite on scores that separate the classes', () => {
  const { a, b } = fitPlatt([-2, -1, 1, 2], [0, 0, 1, 1]);
  expect(Number.isFinite(a) && Number.isFinite(b)).toBe(true);
  expect(plattProbability({ a, b }, 2)).toBeGreaterThan(0.6);
});

it('pools violators and never falls', () => {
  const curve = fitIsotonic([1, 2, 3, 4], [0, 1, 0, 1]);
  expect([1, 2, 2.5, 3, 4, 9].map((s) => isotonicValue(curve, s))).toEqual([0, 0.5, 0.5, 0.5, 1, 1]);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 1 })), {
        minLength: 1,
        maxLength: 60,
      }),
      (rows) => {
        const scores = rows.map((row) => row[0]);
        const fitted = fitIsotonic(
          scores,
          rows.map((row) => row[1]),
        );
        expect(fitted.y.every((v, i) => i === 0 || v >= fitted.y[i - 1]!)).toBe(true);
        // Pooling keeps the mean.
        const mean = rows.reduce((sum, row) => sum + row[1], 0) / rows.length;
        expect(scores.reduce((sum, s) => sum + isotonicValue(fitted, s), 0) / rows.length).toBeCloseTo(mean, 9);
      },
    ),
    { seed: 8, numRuns: 60 },
  );
});

it('scores probabilities as the formulas say', () => {
  const scores = probabilityScores([0.9, 0.8, 0.3, 0.1], [1, 0, 0, 0], 2);
  expect(scores.brier).toBeCloseTo((0.01 + 0.64 + 0.09 + 0.01) / 4, 12);
  expect(scores.logLoss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.2) + Math.log(0.7) + Math.log(0.9)) / 4, 12);
  expect(scores.calibrationError).toBeCloseTo((2 * 0.2 + 2 * 0.35) / 4, 12);
  const bins = reliability([0, 1], [0, 1], 10);
  expect([bins[0]!.count, bins[9]!.count, bins[5]!.meanProbability]).toEqual([1, 1, Number.NaN]);
});

it('covers new rows as often as promised', () => {
  const rng = seeded(5);
  const draw = () => rng.normal() * (1 + rng.next());
  const truth = Float64Array.from({ length: 1000 }, draw);
  const radius = conformalRadius(new Float64Array(1000), truth, 0.9);
  let inside = 0;
  for (let i = 0; i < 20_000; i++) if (Math.abs(draw()) <= radius) inside++;
  expect(inside / 20_000).toBeGreaterThan(0.88);
  expect(inside / 20_000).toBeLessThan(0.92);
  expect(conformalQuantile(Float64Array.of(1, 2, 3), 0.75)).toBe(3);
  expect(conformalRadius([0, 0], [1, 2], 0.9)).toBe(Number.POSITIVE_INFINITY);
});

it('keeps the classes that cannot be ruled out', () => {
  const labels = [0, 1, 0, 1];
  const sets = conformalClasses(
    [
      [0.9, 0.2, 0.7, 0.4],
      [0.1, 0.8, 0.3, 0.6],
    ],
    labels,
    0.6,
  );
  expect(sets.threshold).toBeCloseTo(0.7, 12);
  expect(sets.classes([0.75, 0.25])).toEqual([0]);
  expect(sets.classes([0.5, 0.5])).toEqual([]);
});

it('refuses one class only, other labels and missing scores', () => {
  expect(() => fitPlatt([1, 2], [1, 1])).toThrow(/CALIBRATION_DATA: all 2 labels are 1/);
  expect(() => fitPlatt([1, Number.NaN], [0, 1])).toThrow(/score 1 is NaN/);
  expect(() => probabilityScores([0.5], [2])).toThrow(/label 0 is 2/);
  expect(() => fitIsotonic([], [])).toThrow('CALIBRATION_DATA');
  expect(() => conformalRadius([0], [1], 1)).toThrow('CALIBRATION_OPTION');
});
