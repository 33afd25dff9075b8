import fc from 'fast-check';
import { expect, it } from 'vitest';
import { studentTwoSided } from '../../metrics/student-t.ts';
import { minimise } from './bfgs.ts';
import { digamma, logGamma } from './gamma-functions.ts';
import { leastSquares, neweyWest } from './least-squares.ts';
import { factorise, inverseOf, solveFactored } from './symmetric.ts';

it('finds the bottom of the Rosenbrock valley', () => {
  const found = minimise(
    (x, g) => {
      const [a, b] = x as unknown as [number, number];
      g[0] = -2 * (1 - a) - 400 * a * (b - a * a);
      g[1] = 200 * (b - a * a);
      return (1 - a) ** 2 + 100 * (b - a * a) ** 2;
    },
    [-1.2, 1],
  );
  expect(found.isConverged).toBe(true);
  expect(found.x[0]).toBeCloseTo(1, 6);
  expect(found.x[1]).toBeCloseTo(1, 6);
});

it('steps back from points where the function is not defined', () => {
  const found = minimise(
    (x, g) => {
      g[0] = 1 - 1 / x[0]!;
      return x[0]! - Math.log(x[0]!);
    },
    [5],
  );
  expect(found.x[0]).toBeCloseTo(1, 7);
});

it('minimises any positive quadratic in few steps', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 6 }), (sizes) => {
      const found = minimise(
        (x, g) => {
          let value = 0;
          sizes.forEach((s, i) => {
            g[i] = 2 * s * (x[i]! - i);
            value += s * (x[i]! - i) ** 2;
          });
          return value;
        },
        sizes.map(() => 3),
      );
      sizes.forEach((_, i) => {
        expect(found.x[i]).toBeCloseTo(i, 3);
      });
    }),
    { seed: 4, numRuns: 50 },
  );
});

it('says when it did not converge', () => {
  const found = minimise(
    (x, g) => {
      g[0] = -1;
      return -x[0]!;
    },
    [0],
    { maxSteps: 3 },
  );
  expect(found.isConverged).toBe(false);
});

it('knows the gamma function and its derivative', () => {
  expect(logGamma(5)).toBeCloseTo(Math.log(24), 13);
  expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 13);
  expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 13);
  for (const x of [0.3, 1.7, 8, 40])
    expect(digamma(x)).toBeCloseTo((logGamma(x + 1e-5) - logGamma(x - 1e-5)) / 2e-5, 7);
});

it('regresses exactly on data without errors and gives textbook errors otherwise', () => {
  const ones = [1, 1, 1, 1, 1];
  const x = [1, 2, 3, 4, 5];
  expect(Array.from(leastSquares([ones, x], [3, 5, 7, 9, 11]).coefficients)).toEqual([
    expect.closeTo(1, 12),
    expect.closeTo(2, 12),
  ]);
  const fit = leastSquares([ones, x], [2, 4, 5, 4, 5]);
  expect(fit.coefficients[1]).toBeCloseTo(0.6, 12);
  expect(fit.standardErrors[1]).toBeCloseTo(Math.sqrt(0.8 / 10), 12);
  expect(fit.r2).toBeCloseTo(0.6, 12);
  // Two-sided p-value of the slope, from any table: t = 2.1213 with 3 degrees of freedom.
  expect(studentTwoSided(fit.coefficients[1]! / fit.standardErrors[1]!, 3)).toBeCloseTo(0.124027, 6);
  const robust = neweyWest([ones, x], fit, 0);
  const [e1, e2, e3, e4, e5] = fit.residuals;
  expect(robust[3]).toBeCloseTo((4 * e1! ** 2 + e2! ** 2 + 0 * e3! + e4! ** 2 + 4 * e5! ** 2) / 100, 12);
});

it('refuses what cannot be regressed, and says why', () => {
  expect(() =>
    leastSquares(
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
      [1, 2, 3],
    ),
  ).toThrow(/REGRESSION_COLLINEAR.*regressor 1/);
  expect(() => leastSquares([[1, 1]], [1])).toThrow('REGRESSION_ROWS');
  expect(() => leastSquares([[1, 1, 1]], [1, Number.NaN, 2])).toThrow(/REGRESSION_VALUE: row 1 holds NaN \(target\)/);
});

it('solves and inverts symmetric positive matrices, and only those', () => {
  const a = Float64Array.of(4, 2, 2, 3);
  expect(Array.from(inverseOf(a, 2)!)).toEqual([0.375, -0.25, -0.25, 0.5].map((v) => expect.closeTo(v, 12)));
  const b = Float64Array.of(2, 1);
  const l = a.slice();
  expect(factorise(l, 2)).toBe(true);
  solveFactored(l, 2, b);
  expect(Array.from(b)).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0, 12)]);
  expect(inverseOf(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
});
