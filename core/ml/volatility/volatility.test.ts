import { expect, it } from 'vitest';
import { compareForecasts, dieboldMariano, mincerZarnowitz, qlikeLosses } from './compare-forecasts.ts';
import { EwmaModel } from './ewma.ts';
import { GarchModel } from './garch-model.ts';
import { fitHar, HarModel } from './har.ts';
import { realisedRange, realisedVariance } from './realised.ts';
import { rollingForecasts } from './rolling-forecasts.ts';
import { sampleReturns } from './sample-returns.ts';

const returns = sampleReturns(900, 3);
const rows = Array.from(returns, (r) => ({ return: r }));

it('sums squares and ranges over blocks and leaves an incomplete one out', () => {
  expect(Array.from(realisedVariance([1, 2, 3, 4, 5], 2))).toEqual([5, 25]);
  const range = realisedRange([Math.E, 1], [1, 1], 2);
  expect(range[0]).toBeCloseTo(1 / (4 * Math.LN2), 12);
});

it('finds the coefficients of an exact heterogeneous autoregression and continues it', () => {
  const rv = [1, 2, 1.5, 1.2, 0.7, 1.9];
  while (rv.length < 60) {
    const n = rv.length;
    const week = rv.slice(-5).reduce((sum, v) => sum + v, 0) / 5;
    rv.push(0.2 + 0.5 * rv[n - 1]! + 0.3 * week + (n % 7 === 0 ? 0.9 : 0));
  }
  const quiet = rv.slice(0, 49);
  const fit = fitHar(rv, { lags: [1, 5] });
  expect(fit.coefficients.length).toBe(3);
  const model = new HarModel(quiet, { lags: [1, 5] });
  const [c, a, b] = model.fit.coefficients;
  const next = c! + a! * quiet[48]! + (b! * quiet.slice(-5).reduce((sum, v) => sum + v, 0)) / 5;
  expect(model.forecast(2).variance[0]).toBeCloseTo(next, 12);
  const second = c! + a! * next + (b! * (quiet.slice(-4).reduce((sum, v) => sum + v, 0) + next)) / 5;
  expect(model.forecast(2).variance[1]).toBeCloseTo(second, 12);
  model.update({ return: 0, realisedVariance: next });
  expect(model.forecast(1).variance[0]).toBeCloseTo(second, 12);
  expect(() => fitHar([1, -1, ...rv])).toThrow(/VOLATILITY_DATA: realised variance 1 is -1/);
  expect(() => fitHar([1, 0, ...rv], { isLog: true })).toThrow(/Logs need values above zero/);
});

it('an autoregression that forecasts less than anything seen forecasts the mean of its window', () => {
  // What follows x is 6 - x.
  const model = new HarModel(
    Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1 : 5)),
    { lags: [1] },
  );
  expect(model.forecast(1).variance[0]).toBeCloseTo(1, 12);
  model.update({ return: 0, realisedVariance: 9 });
  expect(model.forecast(1).variance[0]).toBeCloseTo(3, 12);
  // What is above everything seen stands.
  model.update({ return: 0, realisedVariance: 0.5 });
  expect(model.forecast(1).variance[0]).toBeCloseTo(5.5, 12);
});

it('decays squares exponentially', () => {
  const model = new EwmaModel([1, -1, 1, 2], 0.5);
  // Start (1+1+1+4)/4 = 1.75, then halfway to 1, 1, 1 and 4.
  expect(model.forecast(3).variance).toEqual(new Float64Array(3).fill(0.5 * (1 + 0.75 / 8) + 2));
});

it('scores a perfect forecast 0 and prefers the better of two', () => {
  const truth = returns.map((r) => r * r + 0.1);
  expect(Math.max(...qlikeLosses(truth, truth))).toBe(0);
  const noisy = truth.map((v, i) => v * (i % 2 ? 1.6 : 0.7));
  const near = truth.map((v, i) => v * (i % 3 ? 1.05 : 0.9));
  const [first, second] = compareForecasts(truth, { noisy, near });
  expect(first!.name).toBe('near');
  expect(first!.againstBest).toBeUndefined();
  expect(second!.againstBest!.statistic).toBeGreaterThan(10);
  expect(second!.againstBest!.pValue).toBeLessThan(1e-9);
  const exact = mincerZarnowitz(
    truth,
    truth.map((v) => 2 * v),
  );
  expect(exact.slope).toBeCloseTo(0.5, 10);
  expect(exact.constant).toBeCloseTo(0, 10);
});

it('tests equal losses as the formula says', () => {
  const d = [1, -1, 2, 0, 3, -2];
  const found = dieboldMariano(d, new Float64Array(6));
  const mean = 0.5;
  const variance = d.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 6;
  expect(found.statistic).toBeCloseTo((Math.sqrt(5 / 6) * mean) / Math.sqrt(variance / 6), 12);
});

it('walks forward without seeing what it forecasts', () => {
  const fitted = (from: number, to: number) =>
    GarchModel.fitted({ kind: 'garch', errors: 'normal', mean: { kind: 'zero' } }, returns.subarray(from, to), {
      hasErrors: false,
    });
  const out = rollingForecasts(rows, { window: 400, refitEvery: 50, fit: fitted });
  expect(Number.isNaN(out[399])).toBe(true);
  expect(out[400]).toBe(fitted(0, 400).forecast(1).variance[0]);
  const changed = rows.map((row, t) => (t >= 700 ? { return: row.return * 5 } : row));
  const fitChanged = (from: number, to: number) =>
    GarchModel.fitted(
      { kind: 'garch', errors: 'normal', mean: { kind: 'zero' } },
      changed.slice(from, to).map((r) => r.return),
      { hasErrors: false },
    );
  const other = rollingForecasts(changed, { window: 400, refitEvery: 50, fit: fitChanged });
  expect(other.slice(0, 701)).toEqual(out.slice(0, 701));
  expect(other[701]).not.toBe(out[701]);
});
