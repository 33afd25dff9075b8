import { expect, it } from 'vitest';
import { ColumnPool } from '../columns/column.ts';
import { GridData } from '../columns/grid-data.ts';
import { timeframe } from '../domain/timeframe.ts';
import { firstDifference, syntheticInputs } from '../testing/feature-contract.ts';
import { runFeature } from './feature.ts';
import * as patterns from './patterns/index.ts';
import { FeaturePlan } from './plan.ts';
import { garmanKlass, historicalVolatility, parkinson, yangZhang } from './range-volatility/index.ts';
import { candleSeries, gridKey, knownVolume } from './series.ts';
import { obv } from './volume/obv.ts';

const ROWS = 900;
const grid = { pair: 'A/B', timeframe: '5m', type: 'candles' };
const candles = candleSeries(grid);
const features = Object.values(patterns);
const [open, high, low, close] = syntheticInputs(patterns.cdlDoji.definition, ROWS, 3) as [
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
];
for (const [k, column] of [open, high, low, close].entries()) {
  for (let i = 0; i < ROWS; i++) column[i] = Math.round(column[i]! * 10) / 10;
  column[400 + 3 * k] = Number.NaN;
}

function plan(pool?: ColumnPool) {
  const time = Float64Array.from(close, (_, i) => i * 300_000);
  const volume = Float64Array.from(close, (_, i) => 1 + (i % 7));
  const data = GridData.candles(gridKey(grid), { time, open, high, low, close, volume, length: ROWS }, timeframe('5m'));
  return new FeaturePlan(() => data, '5m', pool);
}

const alone = ({ definition }: (typeof features)[number]) => runFeature(definition, {}, [open, high, low, close])[0]!;

it.each([
  ['with columns where loops work on them', new ColumnPool()],
  ['with columns elsewhere', undefined],
])('all patterns share the facts of candles, %s: the values of each alone', (_name, pool) => {
  const made = plan(pool);
  const columns = features.map((feature) => made.add(feature(candles)));
  made.advance();
  for (const [k, feature] of features.entries())
    expect(firstDifference(columns[k]!.values, alone(feature)), feature.definition.name).toBe(-1);
});

it('a pattern that is added after the first rows gets the facts that were not asked for before', () => {
  const made = plan();
  made.add(patterns.cdlDoji(candles));
  made.advance();
  const late = made.add(patterns.cdlAdvanceBlock(candles));
  const known = made.add(patterns.cdlTakuri(candles));
  made.advance();
  expect(firstDifference(late.values, alone(patterns.cdlAdvanceBlock))).toBe(-1);
  expect(firstDifference(known.values, alone(patterns.cdlTakuri))).toBe(-1);
});

it('stages are no kernels of their own to whoever looks at the plan', () => {
  const made = plan();
  made.add(patterns.cdlDoji(candles));
  expect(made.kernels.map(({ definition }) => definition.name)).toEqual(['cdl-doji']);
});

it.each([
  ['with columns where loops work on them', new ColumnPool()],
  ['with columns elsewhere', undefined],
])('features share logarithms, %s: the values of each alone, and no kernel more', (_name, pool) => {
  const made = plan(pool);
  const pairs = [
    [made.add(parkinson(candles, 9)), runFeature(parkinson.definition, { period: 9 }, [high, low])],
    [made.add(garmanKlass(candles)), runFeature(garmanKlass.definition, {}, [open, high, low, close])],
    [made.add(yangZhang(candles)), runFeature(yangZhang.definition, {}, [open, high, low, close])],
    [made.add(historicalVolatility(candles.close).vol), runFeature(historicalVolatility.definition, {}, [close])],
  ] as const;
  made.advance();
  for (const [{ values }, [wanted]] of pairs) expect(firstDifference(values, wanted!)).toBe(-1);
  expect(made.kernels).toHaveLength(pairs.length);
});

it('a feature of volume that is known to be there is that of volume, computed once', () => {
  for (const [first, second] of [
    [candles, knownVolume(candles)],
    [knownVolume(candles), candles],
  ] as const) {
    const made = plan();
    expect(made.add(obv(first))).toBe(made.add(obv(second)));
    expect(made.kernels).toHaveLength(1);
  }
});
