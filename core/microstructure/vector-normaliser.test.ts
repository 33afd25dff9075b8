import { expect, it } from 'vitest';
import { seeded } from '../foundation/rng.ts';
import { VectorNormaliser } from './vector-normaliser.ts';
import { SlidingNormaliser } from './welford.ts';

it('says the same of each place as a normaliser of its own, before and after the window is full', () => {
  const rng = seeded('vector');
  const vector = new VectorNormaliser(3, { window: 20 });
  const singles = [0, 1, 2].map(() => new SlidingNormaliser({ window: 20 }));
  const out = new Float64Array(3);
  for (let i = 0; i < 500; i++) {
    const values = Float64Array.of(rng.normal(), 1e6 + rng.int(5), 7);
    vector.update(values, out);
    singles.forEach((single, k) => {
      expect(out[k]).toBeCloseTo(single.update(values[k]!), 8);
    });
  }
  expect(vector.isReady).toBe(true);
});

it('knows the plain z-score again at once when a value a billion times the others has left the window', () => {
  const rng = seeded('outlier');
  const vector = new VectorNormaliser(2, { window: 10 });
  const single = new SlidingNormaliser({ window: 10 });
  const out = new Float64Array(2);
  const seen: number[] = [];
  for (let i = 0; i < 40; i++) {
    const value = i === 20 ? 1e9 : rng.normal();
    seen.push(value);
    vector.update(Float64Array.of(value, 3 * value), out);
    single.update(value);
    if (i < 30) continue;
    const window = seen.slice(-10);
    const mean = window.reduce((a, b) => a + b, 0) / 10;
    const deviation = Math.sqrt(window.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 9);
    const wanted = (value - mean) / deviation;
    expect([single.z, out[0], out[1]].map((z) => Math.abs(z! - wanted) < 1e-9)).toEqual([true, true, true]);
  }
});

it('is 0 for a value that stands still, also where the sum of a window of it is rounded', () => {
  // A hundred times 123456789.3 makes a mean that is 1.3e-7 off: as much as the deviation that is left, above the floor.
  const vector = new VectorNormaliser(2, { window: 100 });
  const single = new SlidingNormaliser({ window: 100 });
  const out = new Float64Array(2);
  for (let i = 0; i < 250; i++) {
    const isStill = i > 40;
    vector.update(Float64Array.of(isStill ? 123456789.3 : i, 65000.1), out);
    single.update(isStill ? 123456789.3 : i);
  }
  expect([out[0], out[1], single.z, single.std]).toEqual([0, 0, 0, 0]);
});
