import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { errorDistribution, lowerMoments } from './error-distribution.ts';
import { filterGarch, fitGarch } from './fit-garch.ts';
import { garchBounds } from './garch-bounds.ts';
import { forecastGarch } from './garch-forecast.ts';
import { garchLikelihood } from './garch-likelihood.ts';
import { GarchModel } from './garch-model.ts';
import type { ErrorKind, GarchKind, GarchSpec, MeanSpec } from './garch-spec.ts';
import { recursionOf } from './recursions.ts';
import { sampleReturns } from './sample-returns.ts';

const KINDS: readonly GarchKind[] = ['garch', 'gjr', 'tarch', 'egarch'];
const ERRORS: readonly ErrorKind[] = ['normal', 't', 'skewed-t'];
const AR: MeanSpec = { kind: 'ar', lags: [1, 2] };
const returns = sampleReturns(1500, 7);

const SPECS: readonly GarchSpec[] = KINDS.flatMap((kind) => ERRORS.map((errors) => ({ kind, errors, mean: AR })));

describe.each(SPECS)('$kind with $errors errors', (spec) => {
  it('has the gradient that differences of its likelihood show', () => {
    const likelihood = garchLikelihood(spec, returns.slice(0, 300));
    const variance = spec.kind === 'garch' ? [0.08, 0.08, 0.85] : [0.08, 0.08, 0.06, 0.85];
    const shape = spec.errors === 'normal' ? [] : spec.errors === 't' ? [6] : [6, -0.15];
    const theta = Float64Array.of(0.02, 0.05, -0.03, ...variance, ...shape);
    const gradient = new Float64Array(theta.length);
    likelihood.valueAndGradient(theta, gradient);
    theta.forEach((value, k) => {
      const at = (x: number) => likelihood.value(theta.map((v, j) => (j === k ? x : v)));
      expect(gradient[k]!).toBeCloseTo((at(value + 1e-6) - at(value - 1e-6)) / 2e-6, 3);
    });
  });

  it('turns unbounded numbers into parameters and back, with the right gradient', () => {
    const bounds = garchBounds(spec);
    const size = spec.mean.kind === 'ar' ? 3 : 0;
    const total = size + (spec.kind === 'garch' ? 3 : 4) + ERRORS.indexOf(spec.errors);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: total, maxLength: total }),
        (x) => {
          const free = Float64Array.from(x);
          const theta = new Float64Array(total);
          bounds.toParameters(free, theta);
          bounds.toFree(theta).forEach((value, k) => {
            expect(value).toBeCloseTo(free[k]!, 6);
          });
          const weights = Float64Array.from(free, (_, k) => k + 1);
          const pulled = weights.slice();
          bounds.pullBack(theta, pulled);
          const sum = (point: Float64Array) => {
            const there = new Float64Array(total);
            bounds.toParameters(point, there);
            return there.reduce((s, v, k) => s + v * weights[k]!, 0);
          };
          const k = total - 1;
          const shifted = (h: number) => free.map((v, j) => (j === k ? v + h : v));
          const slope = (sum(shifted(1e-5)) - sum(shifted(-1e-5))) / 2e-5;
          expect(Math.abs(pulled[k]! - slope)).toBeLessThan(1e-5 * Math.max(1, Math.abs(slope)));
        },
      ),
      { seed: 3, numRuns: 30 },
    );
  });
});

// Reference: arch 8.0.0, arch_model(r, mean='AR', lags=2, vol='GARCH', p=1, o=1, q=1, power=1.0, dist='skewt').fix(...) on these returns.
it('filters as the arch package does', () => {
  const spec: GarchSpec = { kind: 'tarch', errors: 'skewed-t', mean: AR };
  const fit = filterGarch(spec, returns, [0.05, 0.1, -0.05, 0.05, 0.05, 0.08, 0.9, 6, -0.1]);
  expect(fit.logLikelihood).toBeCloseTo(-1935.1061787265758, 8);
  expect(fit.conditionalVolatility.at(-1)).toBeCloseTo(0.9599760201771689, 12);
});

// Reference: log likelihoods that arch 8.0.0 fits to these returns with a constant mean.
it.each([
  ['garch', 'normal', -1895.1052],
  ['garch', 't', -1868.1744],
  ['gjr', 'skewed-t', -1863.313],
  ['tarch', 't', -1869.0061],
  ['egarch', 'normal', -1896.8641],
  ['egarch', 'skewed-t', -1866.8606],
] as const)('fits %s with %s errors to a likelihood no lower than the arch package', (kind, errors, reference) => {
  const fit = fitGarch({ kind, errors, mean: { kind: 'constant' } }, returns);
  expect(fit.isConverged).toBe(true);
  expect(fit.logLikelihood).toBeGreaterThan(reference - 2e-4);
  expect(fit.logLikelihood).toBeLessThan(reference + 0.01);
});

it('fits the same model in any unit', () => {
  const spec: GarchSpec = { kind: 'egarch', errors: 't', mean: { kind: 'constant' } };
  const percent = fitGarch(spec, returns);
  const decimal = fitGarch(
    spec,
    returns.map((r) => r / 100),
  );
  expect(decimal.logLikelihood).toBeCloseTo(percent.logLikelihood + 1500 * Math.log(100), 6);
  expect(decimal.parameters[2]).toBeCloseTo(percent.parameters[2]!, 9);
  expect(decimal.conditionalVolatility[700]).toBeCloseTo(percent.conditionalVolatility[700]! / 100, 10);
});

it('gives standard errors near those of repeated samples', () => {
  const spec: GarchSpec = { kind: 'garch', errors: 'normal', mean: { kind: 'zero' } };
  const fit = fitGarch(spec, returns);
  expect(fit.standardErrors.every((e, k) => e > 0.5 * fit.hessianErrors[k]! && e < 4 * fit.hessianErrors[k]!)).toBe(
    true,
  );
});

it('forecasts what it simulates', () => {
  const rng = seeded('moments');
  const shape = Float64Array.of(7, -0.3);
  let mean = 0;
  let square = 0;
  let below = 0;
  for (let i = 0; i < 200_000; i++) {
    const z = errorDistribution('skewed-t').draw(rng, shape);
    mean += z / 200_000;
    square += (z * z) / 200_000;
    if (z < 0) below += (z * z) / 200_000;
  }
  expect(Math.abs(mean)).toBeLessThan(0.01);
  expect(Math.abs(square - 1)).toBeLessThan(0.02);
  expect(Math.abs(below - lowerMoments('skewed-t', shape).second)).toBeLessThan(0.02);
  const model = GarchModel.fitted({ kind: 'gjr', errors: 't', mean: { kind: 'zero' } }, returns);
  const plain = model.forecast(5).variance;
  const wide = model.forecast(5, { interval: 0.8, paths: 20_000 });
  expect(wide.variance).toEqual(plain);
  expect(wide.low![4]).toBeLessThan(plain[4]!);
  expect(wide.high![4]).toBeGreaterThan(plain[4]!);
  expect(wide.low![0]).toBe(plain[0]);
});

/** The variances of each path, bar by bar, from the recursion itself. */
function pathsOf(spec: GarchSpec, theta: readonly number[], first: number, horizon: number, paths: number): number[] {
  const rng = seeded(0);
  const [omega, alpha, gamma, beta, ...shape] = theta as [number, number, number, number];
  const p = Float64Array.of(omega, alpha, gamma, beta);
  const sums = Array.from({ length: horizon }, () => 0);
  for (let k = 0; k < paths; k++) {
    let variance = first;
    for (let h = 0; h < horizon; h++) {
      sums[h]! += variance / paths;
      const sd = Math.sqrt(variance);
      const z = h < horizon - 1 ? errorDistribution(spec.errors).draw(rng, shape) : 0;
      variance = recursionOf(spec.kind).next(p, sd * z, sd);
    }
  }
  return sums;
}

const AT_ZERO = { kind: 'zero' } as const;
it.each([
  ['tarch', 'normal', [0.1, 0.06, 0.08, 0.85], 0.02],
  ['tarch', 't', [0.1, 0.06, 0.08, 0.85, 5], 0.02],
  ['tarch', 'skewed-t', [0.1, 0.06, 0.08, 0.85, 6, -0.4], 0.02],
  ['egarch', 'normal', [0.02, 0.15, -0.08, 0.95], 0.02],
  // No closed form: the same draws, path by path.
  ['egarch', 't', [0.02, 0.15, -0.08, 0.95, 6], 1e-9],
  ['egarch', 'skewed-t', [0.02, 0.15, -0.08, 0.95, 6, 0.2], 1e-9],
] as const)('expects of %s with %s errors what its paths come to', (kind, errors, theta, tolerance) => {
  const spec: GarchSpec = { kind, errors, mean: AT_ZERO };
  const state = { e: -1.3, sd: 1.1 };
  const { variance } = forecastGarch(spec, Float64Array.from(theta), state, 12, { paths: 40_000 });
  const found = pathsOf(spec, theta, variance[0]!, 12, 40_000);
  for (const [h, value] of found.entries()) expect(Math.abs(variance[h]! / value - 1)).toBeLessThan(tolerance);
  // A fit that has been asked before answers the same.
  const same = Float64Array.from(theta);
  const [one, two] = [0, 1].map(() => forecastGarch(spec, same, state, 12, { paths: 1000, interval: 0.9 }));
  expect(two).toEqual(one);
  expect(one!.low![11]).toBeLessThan(one!.high![11]!);
});

it.each(KINDS)('takes new bars one by one as %s would have filtered them at once', (kind) => {
  const spec: GarchSpec = { kind, errors: 'normal', mean: AR };
  const parameters = kind === 'garch' ? [0.02, 0.05, 0, 0.08, 0.08, 0.85] : [0.02, 0.05, 0, 0.08, 0.08, 0.06, 0.85];
  const model = GarchModel.withParameters(spec, returns.slice(0, 1000), parameters);
  for (const r of returns.slice(1000)) model.update({ return: r });
  const whole = GarchModel.withParameters(spec, returns, parameters);
  // The two start from backcasts about different sample means, which 500 bars forget.
  expect(model.forecast(1).variance[0]).toBeCloseTo(whole.forecast(1).variance[0]!, 9);
});

it('refuses bad data and options in plain words', () => {
  const spec: GarchSpec = { kind: 'garch', errors: 'normal', mean: { kind: 'constant' } };
  expect(() => fitGarch(spec, returns.slice(0, 20))).toThrow(/VOLATILITY_DATA: 20 returns are too few/);
  expect(() => fitGarch(spec, new Float64Array(500).fill(0.1))).toThrow(/all 500 returns are 0.1/);
  expect(() => fitGarch(spec, returns.with(3, Number.NaN))).toThrow(/return 3 is NaN/);
  expect(() => filterGarch(spec, returns, [1])).toThrow(/VOLATILITY_OPTION.*mu, omega, alpha, beta/);
  expect(() => filterGarch(spec, returns, [0, 0.1, -2, 0.5])).toThrow(/VOLATILITY_OPTION.*variance.*negative/);
  const model = GarchModel.fitted(spec, returns);
  expect(() => model.forecast(0)).toThrow('VOLATILITY_OPTION');
  expect(() => model.update({ return: Number.NaN })).toThrow('VOLATILITY_DATA');
});

it('holds an EGARCH that feeds on itself within reach of what was seen', () => {
  const spec: GarchSpec = { kind: 'egarch', errors: 'normal', mean: { kind: 'zero' } };
  const rng = seeded('runaway');
  const returns = Float64Array.from({ length: 300 }, () => rng.normal());
  // Rises calm it far more than falls stir it: after a few of them any fall would be thousands of deviations.
  const model = GarchModel.withParameters(spec, returns, [0, -0.25, -0.28, 0.985]);
  const sds = model.fit.conditionalVolatility;
  for (let k = 0; k < 60; k++) {
    model.update({ return: 1.5 });
    expect(model.forecast(1).variance[0]).toBeGreaterThanOrEqual(Math.min(...sds) ** 2 / 4);
  }
  model.update({ return: -30 });
  expect(model.forecast(1).variance[0]).toBeLessThanOrEqual(4 * Math.max(30, ...sds) ** 2);
  expect(model.forecast(3).variance[2]).toBeLessThan(1e6);
});
