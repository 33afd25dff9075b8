import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { ChangePointDetector, CusumDetector } from './change-points.ts';
import { fitHmm } from './fit-hmm.ts';
import { decodeHmm, filterHmm, type GaussianHmm, HmmFilter, nextStates, smoothHmm } from './hmm.ts';
import { Hysteresis } from './hysteresis.ts';
import { filterMarkovRegression, fitMarkovRegression } from './markov-regression.ts';
import { fitMixture, mixtureProbabilities } from './mixture.ts';
import { nameStates, reorderStates } from './order-states.ts';

/** Three states that last about 40 rows: drifting, still, wild. */
function market(rows: number, seed: number) {
  const rng = seeded(seed);
  const truth = new Int32Array(rows);
  const r = new Float64Array(rows);
  const v = new Float64Array(rows);
  let state = 0;
  for (let t = 0; t < rows; t++) {
    if (rng.next() < 0.025) state = (state + 1 + rng.int(2)) % 3;
    truth[t] = state;
    const [mean, deviation, level] = [
      [0.5, 0.8, -0.4],
      [0, 0.6, -1.6],
      [-0.3, 3, 1.2],
    ][state] as [number, number, number];
    r[t] = mean + deviation * rng.normal();
    v[t] = level + 0.4 * rng.normal();
  }
  return { truth, columns: [r, v] };
}

const { truth, columns } = market(1500, 5);
const fit = fitHmm(columns, { states: 3, restarts: 6, seed: 2 });

/** Likelihood of two rows by summing over every path. */
function byHand(model: GaussianHmm, rows: readonly number[]): number {
  const density = (s: number, x: number) =>
    Math.exp(-((x - model.means[s]!) ** 2) / (2 * model.covariances[s]!)) /
    Math.sqrt(2 * Math.PI * model.covariances[s]!);
  let sum = 0;
  for (let i = 0; i < 2; i++)
    for (let j = 0; j < 2; j++)
      sum += model.start[i]! * density(i, rows[0]!) * model.transition[i * 2 + j]! * density(j, rows[1]!);
  return Math.log(sum);
}

const SMALL: GaussianHmm = {
  states: 2,
  dims: 1,
  covarianceKind: 'diagonal',
  start: Float64Array.of(0.6, 0.4),
  transition: Float64Array.of(0.9, 0.1, 0.2, 0.8),
  means: Float64Array.of(0, 1),
  covariances: Float64Array.of(1, 0.25),
};

it('sums over every path', () => {
  const reading = filterHmm(SMALL, [[0.3, 1.2]]);
  expect(reading.logLikelihood).toBeCloseTo(byHand(SMALL, [0.3, 1.2]), 12);
  expect(smoothHmm(SMALL, [[0.3, 1.2]]).probabilities[1]![1]).toBeCloseTo(reading.probabilities[1]![1]!, 12);
  const moved = nextStates(SMALL, [1, 0]);
  expect(Array.from(moved)).toEqual([0.9, 0.1]);
});

it('stays exact when the likely state cannot be reached and the others are far off', () => {
  const stuck: GaussianHmm = {
    ...SMALL,
    start: Float64Array.of(1, 0),
    transition: Float64Array.of(1, 0, 0, 1),
    means: Float64Array.of(0, 100),
  };
  const reading = filterHmm(stuck, [[100, 0]]);
  expect(reading.logLikelihood).toBeCloseTo(-5000 - Math.log(2 * Math.PI), 6);
  expect(Array.from(reading.probabilities[0]!)).toEqual([1, 1]);
});

it('finds the planted states, names them, and gains likelihood', () => {
  const { model, names } = nameStates(fit.model, { volatilityColumn: 1 });
  expect(names).toEqual(['trend', 'chop', 'high-stress']);
  const { path } = decodeHmm(model, columns);
  const right = path.reduce((sum, s, t) => sum + (s === truth[t] ? 1 : 0), 0);
  expect(right / path.length).toBeGreaterThan(0.97);
  expect(fit.isConverged).toBe(true);
  expect(fitHmm(columns, { states: 3, restarts: 6, seed: 2 }).model).toEqual(fit.model);
  const diagonal = fitHmm(columns, { states: 3, covarianceKind: 'diagonal', seed: 2 });
  expect(fit.logLikelihood).toBeGreaterThan(diagonal.logLikelihood);
  expect(fitHmm(columns, { states: 3, from: fit.model }).logLikelihood).toBeGreaterThan(fit.logLikelihood - 1e-3);
});

it('keeps its likelihood and readings when states are reordered', () => {
  const other = reorderStates(fit.model, [2, 0, 1]);
  expect(filterHmm(other, columns).logLikelihood).toBeCloseTo(fit.logLikelihood, 8);
  expect(filterHmm(other, columns).probabilities[0]![700]).toBeCloseTo(
    filterHmm(fit.model, columns).probabilities[2]![700]!,
    12,
  );
});

it('never changes a filtered value when rows come after it, at once or row by row', () => {
  const whole = filterHmm(fit.model, columns).probabilities;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), (n) => {
      const part = filterHmm(
        fit.model,
        columns.map((c) => c.slice(0, n)),
      ).probabilities;
      expect(part.map((c) => c.at(-1))).toEqual(whole.map((c) => c[n - 1]));
    }),
    { seed: 1, numRuns: 20 },
  );
  const filter = new HmmFilter(fit.model);
  for (let t = 0; t < 200; t++) {
    const now = filter.step(Float64Array.of(columns[0]![t]!, columns[1]![t]!));
    now.forEach((p, s) => {
      expect(p).toBeCloseTo(whole[s]![t]!, 12);
    });
  }
});

it('refuses what no regime can be learned from', () => {
  expect(() => fitHmm([columns[0]!.slice(0, 20)], { states: 3 })).toThrow(/REGIME_DATA: 20 rows are too few, 30/);
  expect(() => fitHmm([columns[0]!, new Float64Array(1500).fill(2)], { states: 2 })).toThrow(
    /column 1 is 2 in every row/,
  );
  expect(() => fitHmm([columns[0]!.with(9, Number.NaN)], { states: 2 })).toThrow(/row 9 of column 0 is NaN/);
  expect(() => filterHmm(fit.model, [columns[0]!])).toThrow(/1 columns given, the model has 2/);
  expect(() => fitHmm(columns, { states: 0 })).toThrow('REGIME_OPTION');
});

it('fits a mixture whose shares sum to one and whose criterion finds the number of components', () => {
  const rng = seeded(9);
  const x = Float64Array.from({ length: 800 }, (_, i) => (i % 4 === 0 ? 6 : 0) + rng.normal());
  const criteria = [1, 2, 3].map((states) => fitMixture([x], { states }).bic);
  expect(criteria.indexOf(Math.min(...criteria))).toBe(1);
  const { model } = fitMixture([x], { states: 2 });
  expect(Math.min(...model.weights)).toBeCloseTo(0.25, 1);
  const shares = mixtureProbabilities(model, [x]);
  expect(shares[0]![5]! + shares[1]![5]!).toBeCloseTo(1, 12);
});

it('finds a regression that switches', () => {
  const rng = seeded(11);
  const x = Float64Array.from({ length: 1200 }, () => rng.normal());
  const y = x.map((v, t) =>
    Math.floor(t / 100) % 2 === 0 ? 1 + 2 * v + 0.3 * rng.normal() : -1 - 0.5 * v + rng.normal(),
  );
  const { model, logLikelihood } = fitMarkovRegression(y, [x], { states: 2, seed: 1 });
  const wanted = [1, 2, -1, -0.5];
  model.coefficients.forEach((c, k) => {
    expect(Math.abs(c - wanted[k]!)).toBeLessThan(0.12);
  });
  expect(Math.sqrt(model.variances[0]!)).toBeCloseTo(0.3, 1);
  const reading = filterMarkovRegression(model, y, [x]);
  expect(reading.logLikelihood).toBeCloseTo(logLikelihood, 8);
  expect(reading.probabilities[0]![80]).toBeGreaterThan(0.95);
  expect(reading.probabilities[1]![180]).toBeGreaterThan(0.95);
});

it('notices a change of mean soon after it and not before', () => {
  const rng = seeded(3);
  const detector = new ChangePointDetector({ meanRun: 200, longest: 150 });
  const readings = Array.from({ length: 700 }, (_, t) => detector.step((t < 350 ? 0 : 4) + rng.normal()));
  expect(Math.max(...readings.slice(50, 350).map((r) => r.changeProbability))).toBeLessThan(0.6);
  expect(readings[353]!.changeProbability).toBeGreaterThan(0.9);
  expect(readings[345]!.expectedRun).toBeGreaterThan(120);
  expect(readings.every((r) => r.changeProbability >= 0 && r.changeProbability <= 1 + 1e-12)).toBe(true);
});

it('raises a cumulative alarm with the sign of the shift and then learns the new level', () => {
  const rng = seeded(4);
  const detector = new CusumDetector({ threshold: 8 });
  const alarms = Array.from({ length: 600 }, (_, t) => detector.step((t < 300 ? 0 : -2) + rng.normal()));
  expect(alarms.slice(0, 300).every((a) => a === 0)).toBe(true);
  expect(alarms.slice(300, 320)).toContain(-1);
  expect(alarms.filter((a) => a !== 0)).toEqual([-1]);
});

it('holds a state until another is clearly there', () => {
  const up = [0.2, 0.8];
  const down = [0.8, 0.2];
  const unsure = [0.45, 0.55];
  const holder = new Hysteresis({ enter: 0.7, rows: 2 });
  expect([[Number.NaN, Number.NaN], down, up, unsure, up, up, down, down].map((p) => holder.step(p))).toEqual([
    -1, 0, 0, 0, 0, 1, 1, 0,
  ]);
  const leaver = new Hysteresis({ leave: 0.1 });
  expect(
    [
      [Number.NaN, Number.NaN],
      [0.1, 0.9],
      [0.95, 0.05],
    ].map((p) => leaver.step(p)),
  ).toEqual([-1, 1, 0]);
});
