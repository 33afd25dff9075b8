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
