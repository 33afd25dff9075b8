import { describe, expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import type { Dataset } from '../../ports/learning-modules.ts';
import { firstDrift, lossOver } from './drift-watch.ts';

const rng = seeded('drift');
const ROWS = 2000;
const CHANGE = 1200;
const time = Float64Array.from({ length: ROWS }, (_, i) => i * 10);
const target = Float64Array.from({ length: ROWS }, () => (rng.next() < 0.5 ? 1 : 0));
/** Right four times of five up to the change, then wrong as often; a feature that moves there too. */
const direction = target.map((y, i) => ((y === 1) === (rng.next() < 0.8 === i < CHANGE) ? 0.6 : -0.6));
const dataset: Dataset = {
  names: ['x'],
  columns: [Float64Array.from({ length: ROWS }, (_, i) => rng.normal() + (i < CHANGE ? 0 : 2))],
  rows: ROWS,
  target,
  availableAt: time,
  labelAt: time.map((t) => t + 30),
};
const service = { trainedAt: 3000, from: 3010, learned: Int32Array.from({ length: 300 }, (_, i) => i), direction };
const rules = { rows: 200, pauseMs: 100 };

describe('the first drift', () => {
  it.each([
    [{ detector: 'adwin' as const }, /adwin found a change/],
    [{ detector: 'page-hinkley' as const }, /page-hinkley found a change/],
    [{ detector: 'kswin' as const }, /kswin found a change/],
    [{ hitRate: 0.5 }, /% hits over 200 rows/],
    [{ psi: 0.5 }, /features have moved/],
  ])('shows by %j after the change, from labels that are known', (rule, cause) => {
    const found = firstDrift(dataset, 2, service, Number.POSITIVE_INFINITY, { ...rules, ...rule })!;
    expect(found.cause).toMatch(cause);
    expect(found.at).toBeGreaterThan(time[CHANGE]!);
    expect(found.at).toBeLessThan(time[CHANGE + 300]!);
    // What comes later changes nothing.
    const cut = dataset.labelAt.findIndex((t) => t > found.at);
    const later = direction.map((d, i) => (i < cut ? d : -d));
    expect(
      firstDrift(dataset, 2, { ...service, direction: later }, Number.POSITIVE_INFINITY, { ...rules, ...rule }),
    ).toEqual(found);
    expect(firstDrift(dataset, 2, service, found.at, { ...rules, ...rule })).toBeNull();
  });

  it('is none where nothing changes, or before the pause is over', () => {
    const all = { ...rules, detector: 'adwin' as const, hitRate: 0.6, psi: 0.5 };
    expect(firstDrift(dataset, 2, service, time[CHANGE]!, all)).toBeNull();
    expect(firstDrift(dataset, 2, service, Number.POSITIVE_INFINITY, { ...all, pauseMs: 1e9 })).toBeNull();
    expect(firstDrift(dataset, 2, { ...service, from: 1e9 }, Number.POSITIVE_INFINITY, all)).toBeNull();
  });
});

it('the loss counts rows in the span only', () => {
  const whole = lossOver(dataset, 2, direction, 0, time[CHANGE]!);
  expect(whole).toBeCloseTo(-0.8 * Math.log(0.8) - 0.2 * Math.log(0.2), 1);
  expect(lossOver(dataset, 2, direction, time[CHANGE]!, 1e9)).toBeGreaterThan(1);
  expect(lossOver(dataset, 2, direction, 1e9, 2e9)).toBeNaN();
});
