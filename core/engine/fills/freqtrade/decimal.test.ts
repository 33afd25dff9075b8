import { describe, expect, it } from 'vitest';
import { add, decimal, div, mul, sub, toNumber } from './decimal.ts';

describe('decimal', () => {
  it('is what a number prints as', () => {
    expect(decimal(0.1)).toEqual({ digits: 1n, scale: 1 });
    expect(decimal(1e-8)).toEqual({ digits: 1n, scale: 8 });
    expect(decimal(-12.5)).toEqual({ digits: -125n, scale: 1 });
    expect(decimal(1.5e21)).toEqual({ digits: 1_500_000_000_000_000_000_000n, scale: 0 });
  });

  it('adds, subtracts and multiplies without binary artefacts', () => {
    expect(toNumber(add(decimal(0.1), decimal(0.2)))).toBe(0.3);
    expect(toNumber(sub(decimal(0.07117), decimal(0.03558)))).toBe(0.03559);
    expect(toNumber(mul(decimal(1.1), decimal(1.1)))).toBe(1.21);
  });

  it('cuts quotients after 18 decimals', () => {
    expect(div(decimal(2), decimal(3))).toEqual({ digits: 666_666_666_666_666_666n, scale: 18 });
    expect(div(decimal(-2), decimal(3)).digits).toBe(-666_666_666_666_666_666n);
    expect(toNumber(div(decimal(4995.80928), decimal(5)))).toBe(999.161856);
  });
});
