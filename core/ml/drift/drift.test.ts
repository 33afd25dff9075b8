import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { Adwin, type DriftDetector } from './adwin.ts';
import { Kswin, kolmogorovSmirnov } from './kswin.ts';
import { PageHinkley } from './page-hinkley.ts';
import { referenceBins, stabilityIndex } from './stability-index.ts';

function alarms(detector: DriftDetector, level: (t: number, z: number) => number, rows = 3000): number[] {
  const rng = seeded('drift');
  const out: number[] = [];
  for (let t = 0; t < rows; t++) if (detector.step(level(t, rng.normal()))) out.push(t);
  return out;
}

const still = (_: number, z: number) => z;
const shift = (t: number, z: number) => (t < 1500 ? z : z + 1.5);

it.each([
  ['adaptive window', () => new Adwin()],
  ['Page-Hinkley', () => new PageHinkley({ slack: 0.25, threshold: 30 })],
  ['Kolmogorov-Smirnov window', () => new Kswin({ alpha: 0.00005 })],
])('finds a shift soon by %s, and none where there is none', (_, make) => {
  expect(alarms(make(), still)).toEqual([]);
  const found = alarms(make(), shift);
  expect(found[0]).toBeGreaterThanOrEqual(1500);
  expect(found[0]).toBeLessThan(1600);
});

it('goes on from its saved state to the bit', () => {
  const rng = seeded('state');
  const whole = new Adwin();
  let cut = new Adwin();
  for (let t = 0; t < 2000; t++) {
    const x = rng.normal() + (t > 1200 ? 1 : 0);
    expect(cut.step(x)).toBe(whole.step(x));
    if (t % 333 === 0) cut = new Adwin({ from: cut.state() });
  }
  expect(cut.state()).toEqual(whole.state());
});

it('keeps a window of the new level only', () => {
  const detector = new Adwin();
  alarms(detector, shift);
  expect(detector.width).toBeLessThan(1700);
  expect(detector.width).toBeGreaterThan(1000);
  expect(detector.mean).toBeCloseTo(1.5, 1);
});

it('gives exact sums however blocks are merged', () => {
  const detector = new Adwin({ every: 1_000_000 });
  let sum = 0;
  for (let t = 0; t < 999; t++) {
    detector.step(t % 7);
    sum += t % 7;
  }
  expect(detector.width).toBe(999);
  expect(detector.mean).toBeCloseTo(sum / 999, 12);
});

it('notices a change of spread that leaves the mean alone', () => {
  const found = alarms(new Kswin({ alpha: 0.00005, window: 400, recent: 150 }), (t, z) => (t < 1500 ? z : 4 * z));
  expect(found.filter((t) => t < 1500)).toEqual([]);
  expect(found[0]).toBeLessThan(1500 + 150);
});

it('takes sides when asked', () => {
  const down = (t: number, z: number) => (t < 1500 ? z : z - 2);
  expect(alarms(new PageHinkley({ slack: 0.25, threshold: 30, way: 'up' }), down)).toEqual([]);
  expect(alarms(new PageHinkley({ slack: 0.25, threshold: 30, way: 'down' }), down).length).toBeGreaterThan(0);
});

it('knows the Kolmogorov-Smirnov distance and its tail', () => {
  expect(kolmogorovSmirnov([1, 2, 3], [1, 2, 3])).toEqual({ distance: 0, pValue: 1 });
  expect(kolmogorovSmirnov([1, 2], [3, 4]).distance).toBe(1);
  const apart = kolmogorovSmirnov(
    Array.from({ length: 100 }, (_, i) => i),
    Array.from({ length: 100 }, (_, i) => i + 20),
  );
  expect(apart.distance).toBeCloseTo(0.2, 12);
  expect(apart.pValue).toBeCloseTo(0.0304, 2);
});

it('measures how far a feature has moved from its training rows', () => {
  const rng = seeded(1);
  const draw = (mean: number) => Float64Array.from({ length: 5000 }, () => mean + rng.normal());
  const bins = referenceBins(draw(0));
  expect(stabilityIndex(bins, draw(0))).toBeLessThan(0.01);
  expect(stabilityIndex(bins, draw(1))).toBeGreaterThan(0.5);
  expect(
    stabilityIndex(
      bins,
      draw(0).map((v, i) => (i % 3 === 0 ? Number.NaN : v)),
    ),
  ).toBeGreaterThan(0.25);
  // Halves against quarters: (0.25 - 0.5) ln(0.25 / 0.5) + (0.75 - 0.5) ln(0.75 / 0.5).
  const halves = referenceBins([0, 0, 1, 1], 2);
  expect(stabilityIndex(halves, [0, 1, 1, 1])).toBeCloseTo(0.25 * Math.log(2) + 0.25 * Math.log(1.5), 10);
});

it('refuses what is not a number, and bad options', () => {
  expect(() => new Adwin().step(Number.NaN)).toThrow('DRIFT_DATA');
  expect(() => new Kswin({ window: 60, recent: 50 })).toThrow(
    /DRIFT_OPTION: window is 60. Give a whole number from 100/,
  );
  expect(() => referenceBins([Number.NaN])).toThrow('DRIFT_DATA');
});
