import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampleCurve, short } from './sample-curve.ts';

it('keeps so many significant figures, as toPrecision does', () => {
  expect([short(1234.56789), short(-0.000123456789, 4), short(99999.97, 6), short(0), short(1e-12, 3)]).toEqual([
    1234.568, -0.0001235, 100000, 0, 1e-12,
  ]);
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 9 })).map(([m, k]) => m / 10 ** k),
    fc.integer({ min: -12, max: 12 }).map((k) => 10 ** k),
  );
  fc.assert(
    fc.property(value, fc.integer({ min: 1, max: 8 }), (x, digits) => {
      expect(short(x, digits)).toBe(Number(x.toPrecision(digits)));
    }),
    { numRuns: 2000 },
  );
});

it('makes one of two points at one time: the last value, the deepest fall and the highest exposure', () => {
  const equity = Float64Array.of(100, 80, 90);
  const curve = {
    time: Float64Array.of(1000, 2000, 2000),
    equity,
    buyAndHold: equity,
    exposure: Float64Array.of(0, 1, 0),
  };
  expect(sampleCurve(curve, 100)).toEqual({
    t: [1, 2],
    equity: [100, 90],
    held: [100, 90],
    drawdown: [0, -20],
    heldDrawdown: [0, -20],
    exposure: [0, 100],
  });
});
