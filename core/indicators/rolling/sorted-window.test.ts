import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { Memory } from './memory.ts';
import { SortedWindow } from './sorted-window.ts';

it.each([1, 2, 9, 40, 333])(
  'holds the last %i values in order, with ties, and knows their quantiles and distances',
  (n) => {
    const rng = seeded(`sorted-${n}`);
    const memory = new Memory();
    const window = memory.own(new SortedWindow(n));
    memory.seal();
    const seen: number[] = [];
    for (let i = 0; i < 1500; i++) {
      const x = rng.next() < 0.5 ? rng.int(20) : 20 * rng.next();
      seen.push(x);
      window.push(x);
      const sorted = seen.slice(-n).sort((a, b) => a - b);
      const place = (sorted.length - 1) * 0.3;
      const low = sorted[Math.floor(place)]!;
      const high = sorted[Math.min(sorted.length - 1, Math.floor(place) + 1)]!;
      expect(window.quantile(0.3)).toBeCloseTo(low + (place % 1) * (high - low), 12);
      expect(window.countBelow(10)).toBe(sorted.filter((v) => v < 10).length);
      expect(window.countAtMost(10)).toBe(sorted.filter((v) => v <= 10).length);
      const gaps = sorted.map((v) => Math.abs(v - 7)).sort((a, b) => a - b);
      const half = gaps.length >> 1;
      expect(window.medianDistance(7)).toBeCloseTo(
        gaps.length % 2 === 1 ? gaps[half]! : (gaps[half]! + gaps[half - 1]!) / 2,
        12,
      );
    }
    for (let j = 0; j < n; j++) expect(window.at(j)).toBe(seen.slice(-n).sort((a, b) => a - b)[j]);
  },
);

it('knows the rank of the value pushed last, equals and leaving values included', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 120 }),
      fc.integer({ min: 1, max: 30 }),
      (xs, n) => {
        const memory = new Memory();
        const window = memory.own(new SortedWindow(n));
        memory.seal();
        xs.forEach((x, i) => {
          window.push(x);
          const held = xs.slice(Math.max(0, i + 1 - n), i + 1);
          expect(window.below).toBe(held.filter((y) => y < x).length);
          expect(window.above).toBe(held.filter((y) => y > x).length);
          if (i >= n) expect(window.belowBefore).toBe(xs.slice(i - n, i).filter((y) => y < x).length);
        });
      },
    ),
    { seed: 3, numRuns: 200 },
  );
});
