import { describe, expect, it } from 'vitest';
import { quicksortOrder } from './quicksort-order.ts';
import { seeded } from './rng.ts';

describe('quicksortOrder', () => {
  it('keeps up to 16 keys in their order where they are equal', () => {
    expect([...quicksortOrder([])]).toEqual([]);
    expect([...quicksortOrder(new Array(16).fill(7))]).toEqual(Array.from({ length: 16 }, (_, k) => k));
    expect([...quicksortOrder([3, 1, 2, 1])]).toEqual([1, 3, 2, 0]);
  });

  it('moves equal keys among 17 and more as numpy 2.4.6 does', () => {
    // np.argsort(np.array([...], "M8[us]"))
    expect([...quicksortOrder([0, 0, 1, 1, 1, 2, 3, 3, 3, 4, 5, 5, 6, 6, 6, 6, 7])]).toEqual([
      0, 1, 2, 3, 4, 5, 7, 8, 6, 9, 10, 11, 15, 12, 13, 14, 16,
    ]);
    const late = [...Array.from({ length: 40 }, (_, k) => Math.floor(k / 4)), 3, 7];
    expect([...quicksortOrder(late)]).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 11, 10, 8, 9, 40, 12, 13, 14, 15, 16, 17, 18, 19, 23, 20, 21, 22, 24, 25, 26, 27, 31, 41,
      29, 28, 30, 33, 34, 35, 32, 36, 37, 38, 39,
    ]);
  });

  it('brings any keys into rising order', () => {
    const rng = seeded('keys');
    for (let n = 0; n < 300; n += 7) {
      const keys = Array.from({ length: n }, () => rng.int(1 + n / 3));
      const order = [...quicksortOrder(keys)];
      expect(order.map((k) => keys[k])).toEqual([...keys].sort((a, b) => a - b));
      expect(order.sort((a, b) => a - b)).toEqual(keys.map((_, k) => k));
    }
  });
});
