import { expect, it } from 'vitest';
import volumeSet from '../../plugins/features/volume/index.ts';
import { GridData } from '../columns/grid-data.ts';
import type { VolumeKind } from '../domain/candles.ts';
import { timeframe } from '../domain/timeframe.ts';
import { sampleCandles } from './math/sample-candles.ts';
import { FeaturePlan } from './plan.ts';
import { candleSeries, knownVolume } from './series.ts';
import { obv } from './volume/obv.ts';

const GRID = { pair: 'EUR/USD', timeframe: '1h', type: 'candles' };
const candles = candleSeries(GRID);

function planOf(volumeKind: VolumeKind): FeaturePlan {
  const made = sampleCandles(50);
  const time = Float64Array.from(made.close, (_, i) => i * 3_600_000);
  const data = GridData.candles('EUR/USD|1h|candles', { ...made, time, length: 50, volumeKind }, timeframe('1h'));
  return new FeaturePlan((grid) => (grid.timeframe === '1h' ? data : undefined), '1h');
}

it('what is made of known volume refuses data that has none, from a longer timeframe as well', () => {
  const known = obv(knownVolume(candles));
  expect(() => planOf('none').add(known)).toThrow(/EUR\/USD has no volume that a feature could be made of/);
  const longer = candleSeries({ ...GRID, timeframe: '4h' });
  expect(() => planOf('none').add(obv(knownVolume(longer)))).toThrow(/DATA_NO_VOLUME|no volume/);
  expect(() => planOf('none').add(obv(candles))).not.toThrow();
});

it('and takes traded and tick volume as it is', () => {
  for (const kind of ['traded', 'tick'] as const) {
    const plan = planOf(kind);
    const [known, plain] = [plan.add(obv(knownVolume(candles))), plan.add(obv(candles))];
    plan.advance();
    expect([...known.values]).toEqual([...plain.values]);
  }
});

it('the feature set "volume" is made of it', () => {
  const set = volumeSet.create(volumeSet.options.parse({}));
  const series = Object.values(set.define({ symbol: 'EUR/USD', timeframe: '1h', candles }));
  const plan = planOf('none');
  const refused = series.filter((one) => {
    try {
      plan.add(one);
      return false;
    } catch {
      return true;
    }
  });
  expect(refused.length).toBeGreaterThan(10);
});
