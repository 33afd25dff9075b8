import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, div, mul, toNumber } from './decimal.ts';
import { exactProduct } from './exact-product.ts';

describe('exactProduct', () => {
  it('has no binary artefacts', () => {
    expect(1.1 * 1.1).not.toBe(1.21);
    expect(exactProduct(1.1, 1.1)).toBe(1.21);
    expect(exactProduct(1.152, 4336.64, 1, 5)).toBe(999.161856);
    expect(exactProduct(0.09130005, 0.547)).toBe(0.04994112735);
    expect(exactProduct(0.09130005000000001, 1e-8)).toBe(9.130005000000001e-10);
  });

  it('gives the same by whole numbers as by big integers', () => {
    const number = (decimals: number) => fc.integer({ min: 0, max: 10_000_000 }).map((n) => n / 10 ** decimals);
    fc.assert(
      fc.property(number(3), number(4), number(5), fc.integer({ min: 1, max: 125 }), (a, b, c, divisor) => {
        const product = mul(mul(decimal(a), decimal(b)), decimal(c));
        expect(exactProduct(a, b, c)).toBe(toNumber(product));
        if (divisor > 1)
          expect(exactProduct(a, b, c, divisor)).toBeCloseTo(toNumber(div(product, decimal(divisor))), 10);
      }),
    );
  });
});
