import fc from 'fast-check';
import { expect, it } from 'vitest';
import { calibrateBucketVolume, Vpin, vpinRegime } from './vpin.ts';

it('splits a trade over the buckets it fills', () => {
  const closed: number[][] = [];
  const vpin = new Vpin({ bucketVolume: 4, buckets: 2, onBucket: (buy, sell) => closed.push([buy, sell]) });
  vpin.add(3, true);
  expect(vpin.value).toBeNaN();
  expect(vpin.add(6, false)).toBe(2);
  expect(closed).toEqual([
    [3, 1],
    [0, 4],
  ]);
  expect(vpin.value).toBe(0.75);
  expect([vpin.openBuy, vpin.openSell]).toEqual([0, 1]);
  expect(vpin.isKillSwitchOn).toBe(true);
  expect(vpin.multiplier).toBe(0);
});

it('puts its borders where the regimes say', () => {
  expect([0, 0.2999, 0.3, 0.4999, 0.5, 0.7, 0.7001].map(vpinRegime)).toEqual([
    'Low',
    'Low',
    'Medium',
    'Medium',
    'High',
    'High',
    'Extreme',
  ]);
});

it('loses no volume, whatever the trades', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.boolean())), (trades) => {
      const vpin = new Vpin({ bucketVolume: 8, buckets: 3 });
      let total = 0;
      for (const [lots, isBuy] of trades) {
        vpin.add(lots / 8, isBuy);
        total += lots / 8;
      }
      expect(vpin.completed * 8 + vpin.openBuy + vpin.openSell).toBe(total);
      if (vpin.completed > 0) expect(vpin.value).toBeGreaterThanOrEqual(0);
    }),
  );
});

it('ignores sizes that are no volume, and asks for a bucket that has some', () => {
  const vpin = new Vpin({ bucketVolume: 1 });
  for (const size of [0, -3, Number.NaN, Number.POSITIVE_INFINITY]) expect(vpin.add(size, true)).toBe(0);
  expect(vpin.openBuy).toBe(0);
  expect(() => new Vpin({ bucketVolume: 0 })).toThrow('MICRO_OPTION');
  expect(calibrateBucketVolume(0.5, 1000)).toBe(10);
});
