import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, toNumber } from './decimal.ts';
import { ceilTo, floorRatioTo, floorTo, grid, round8, roundTo } from './rounding.ts';

const cent = grid(0.01);

describe('rounding to a step', () => {
  it('looks at what a number prints as, not at its binary value', () => {
    expect(0.29 * 100).toBeLessThan(29);
    expect(floorTo(0.29, cent)).toBe(0.29);
    expect(ceilTo(1.1, grid(0.1))).toBe(1.1);
    expect(roundTo(1.005, cent)).toBe(1.01);
    expect(roundTo(0.09130005000000001, grid(1e-8))).toBe(0.09130005);
  });

  it('steps up and down to steps that are no power of ten', () => {
    expect(floorTo(100.74, grid(0.25))).toBe(100.5);
    expect(ceilTo(100.51, grid(0.25))).toBe(100.75);
    expect(roundTo(15, grid(10))).toBe(20);
  });

  it('leaves numbers alone where there is no step, and keeps large amounts exact', () => {
    expect(floorTo(1.23456, grid(0))).toBe(1.23456);
    expect(floorTo(12345678901.12345, grid(1e-8))).toBe(12345678901.12345);
  });

  it('gives multiples of the step within one step, in the right direction', () => {
    const numbers = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(numbers, fc.constantFrom(1e-8, 1e-5, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 10), (x, step) => {
        const g = grid(step);
        const low = floorTo(x, g);
        const high = ceilTo(x, g);
        expect(low <= x && x <= high).toBe(true);
        expect([low, high]).toContain(roundTo(x, g));
        const { digits, scale } = decimal(low);
        expect(floorTo(toNumber({ digits, scale }), g)).toBe(low);
        expect(ceilTo(low, g)).toBe(low);
      }),
    );
  });
});

describe('floorRatioTo', () => {
  it('divides in decimal, so that a quarter is a quarter', () => {
    expect(floorRatioTo(249.790464, 1.152, 999.161856, grid(0.001))).toBe(0.288);
    expect(floorRatioTo(0.7, 0.3, 0.1, grid(0.1))).toBe(2.1);
  });
});

describe('round8', () => {
  it('rounds the binary value to eight decimals', () => {
    expect(round8(0.123456785)).toBe(Number((0.123456785).toFixed(8)));
    expect(round8(0.010000000000000009)).toBe(0.01);
    expect(Object.is(round8(-1e-12), 0)).toBe(true);
  });

  it('takes an exact half to the even neighbour', () => {
    expect(round8(1 / 512)).toBe(0.00195312);
    expect(round8(3 / 512)).toBe(0.00585938);
    expect(round8(-1 / 512)).toBe(-0.00195312);
    expect(round8(-3 / 512)).toBe(-0.00585938);
  });

  it('asks for the exact value only where the last digit is in doubt', () => {
    expect(round8(0.1, 1e-15, () => 7)).toBe(0.1);
    expect(round8(0.123456785, 1e-12, () => 0.123456786)).toBe(0.12345679);
  });
});
