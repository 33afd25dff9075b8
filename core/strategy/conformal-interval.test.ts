import { expect, it } from 'vitest';
import { GridData } from '../columns/grid-data.ts';
import { seeded } from '../foundation/rng.ts';
import { FeaturePlan } from '../indicators/plan.ts';
import { source } from '../indicators/series.ts';
import { conformalQuantile } from '../ml/calibration/conformal.ts';
import { type ConformalOptions, conformalInterval } from './conformal-interval.ts';

const GRID = { pair: 'A/B', timeframe: '1h', type: 'candles' };
const ROWS = 1500;
const rng = seeded('interval');
// A walk that is three times as wild from the middle on; a model that expects nothing, with a deviation.
const close = Float64Array.from({ length: ROWS }, () => 0);
close.forEach((_, i) => {
  close[i] = (i === 0 ? 100 : close[i - 1]!) * (1 + (i < ROWS / 2 ? 0.01 : 0.03) * rng.normal());
});
const direction = Float64Array.from(close, (_, i) => (i < 20 ? Number.NaN : 0.3 * Math.sin(i)));
const volatility = direction.map((d) => (Number.isNaN(d) ? d : 0.02));

function run(options: ConformalOptions, rows = ROWS) {
  const fields = { close, direction, volatility };
  const cut = Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, values.slice(0, rows)]));
  const data = GridData.whole(
    'g',
    cut,
    Float64Array.from({ length: rows }, (_, i) => i),
  );
  const plan = new FeaturePlan(() => data, '1h');
  const model = { direction: source(GRID, 'direction'), volatility: source(GRID, 'volatility') };
  const { expected, low, high } = conformalInterval(model, source(GRID, 'close'), options);
  const columns = [expected, low, high].map((series) => plan.add(series));
  plan.advance();
  return columns.map(({ values }) => values) as [Float64Array, Float64Array, Float64Array];
}

it('holds the share of returns that it promises, on both sides of a change', () => {
  const horizon = 4;
  const [, low, high] = run({ horizon, coverage: 0.8, window: 200 });
  const inside = (from: number, to: number) => {
    let hits = 0;
    for (let i = from; i < to; i++) {
      const came = close[i + horizon]! / close[i]! - 1;
      if (came >= low[i]! && came <= high[i]!) hits++;
    }
    return hits / (to - from);
  };
  expect(Math.abs(inside(250, ROWS / 2) - 0.8)).toBeLessThan(0.06);
  expect(Math.abs(inside(ROWS / 2 + 200, ROWS - horizon) - 0.8)).toBeLessThan(0.06);
  expect(high[ROWS - 1]! - low[ROWS - 1]!).toBeGreaterThan(2 * (high[ROWS / 2]! - low[ROWS / 2]!));
});

it('is the conformal quantile of the latest errors, once their returns have come', () => {
  const [expected, low, high] = run({ horizon: 3, coverage: 0.9, window: 50 });
  const errors: number[] = [];
  for (let i = 0; i < ROWS; i++) {
    const past = i - 3;
    if (past >= 20) errors.push(Math.abs(close[i]! / close[past]! - 1 - expected[past]!));
    const radius = errors.length < 9 ? Number.NaN : conformalQuantile(Float64Array.from(errors.slice(-50)), 0.9);
    if (Number.isNaN(radius)) expect([low[i], high[i]]).toEqual([Number.NaN, Number.NaN]);
    else expect((high[i]! - low[i]!) / 2).toBeCloseTo(radius, 12);
  }
});

it('never changes with what comes later, and refuses what makes no sense', () => {
  const whole = run({ horizon: 2 });
  run({ horizon: 2 }, 900).forEach((column, k) => {
    expect(column).toEqual(whole[k]!.slice(0, 900));
  });
  expect(() => run({ horizon: 0 })).toThrow(/FEATURE_OPTION.*horizon 0/);
  expect(() => run({ horizon: 1, coverage: 1 })).toThrow(/FEATURE_OPTION/);
  const other = { direction: source({ ...GRID, timeframe: '4h' }, 'd'), volatility: source(GRID, 'v') };
  expect(() => conformalInterval(other, source(GRID, 'close'), { horizon: 1 })).toThrow(/FEATURE_GRID/);
});
