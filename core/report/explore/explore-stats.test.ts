import { describe, expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import {
  cluster,
  comparable,
  completeRows,
  correlation,
  driftOf,
  leafOrder,
  rankCorrelations,
  ranks,
  stability,
} from './explore-stats.ts';

const of = (...x: number[]) => Float64Array.from(x);

describe('statistics of the exploration page', () => {
  it('ranks share the middle among equals', () => {
    expect([...ranks(of(10, 30, 10, 20))]).toEqual([1.5, 4, 1.5, 3]);
  });

  it('columns with the fewest values are left out until the others have rows in common', () => {
    const full = of(1, 2, 3, 4, 5, 6);
    const none = full.map(() => Number.NaN);
    const late = of(Number.NaN, Number.NaN, Number.NaN, 4, 5, 6);
    const early = of(1, 2, Number.NaN, Number.NaN, Number.NaN, Number.NaN);
    expect(comparable([none, full, late, early], 3)).toEqual([1, 2]);
    expect(comparable([full, late, early], 2)).toEqual([0, 1]);
    expect(comparable([early, full], 2)).toEqual([0, 1]);
    expect(comparable([none], 1)).toEqual([]);
    expect(comparable([], 1)).toEqual([]);
  });

  it('rank correlation is 1 for any rising relation, -1 for any falling one, NaN where nothing moves', () => {
    const x = of(1, 2, 3, 4, 5);
    const found = rankCorrelations([x, x.map((v) => v ** 3), x.map((v) => Math.exp(-v)), of(1, 1, 1, 1, 1)]);
    expect(found[0]![1]).toBe(1);
    expect(found[1]![2]).toBe(-1);
    expect(found[3]![0]).toBeNaN();
    expect(correlation(of(1, 2, 3, 4), of(1, 3, 2, 4))).toBeCloseTo(0.8, 12);
  });

  it('takes only rows that are complete, evenly', () => {
    const [a, b] = completeRows([of(1, NaN, 3, 4, 5), of(1, 2, NaN, 4, 5)], 2);
    expect([[...a!], [...b!]]).toEqual([
      [1, 4],
      [1, 4],
    ]);
  });

  it('joins near twins first, whatever their sign, and draws without crossings', () => {
    const joined = cluster([
      [1, 0.1, -0.9],
      [0.1, 1, 0.2],
      [-0.9, 0.2, 1],
    ]);
    expect(joined[0]).toMatchObject({ left: 0, right: 2 });
    expect(joined[0]!.distance).toBeCloseTo(0.1, 12);
    expect(joined[1]!.distance).toBeCloseTo((0.9 + 0.8) / 2, 12);
    expect(leafOrder(3, joined)).toEqual([1, 0, 2]);
    expect(leafOrder(1, cluster([[1]]))).toEqual([0]);
  });

  it('stability is near 0 for one distribution and large for a moved one', () => {
    const rng = seeded('psi');
    const draw = (mean: number) => Float64Array.from({ length: 4000 }, () => mean + rng.normal());
    expect(stability(draw(0), draw(0))).toBeLessThan(0.02);
    expect(stability(draw(0), draw(1))).toBeGreaterThan(0.7);
    expect(stability(of(1), of(2))).toBeNaN();
  });

  it('drift gives the mean of each slice in deviations', () => {
    const { slices } = driftOf(of(0, 0, 2, 2, NaN, NaN), 3);
    expect(slices[0]).toBe(-1);
    expect(slices[1]).toBe(1);
    expect(slices[2]).toBeNaN();
  });
});
