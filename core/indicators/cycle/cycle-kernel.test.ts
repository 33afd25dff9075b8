import { expect, it } from 'vitest';
import { runFeature } from '../feature.ts';
import { htTrendline } from '../overlap/index.ts';
import { htDcperiod, htDcphase, htPhasor, htSine } from './index.ts';

const rows = 4000;
const fromRow = 2000;
/** A cycle of some 20 rows; the first hundred prices are a million million times those after. */
const prices = Float64Array.from({ length: rows }, (_, i) => (i < 100 ? 1e12 : 1) * (50 + Math.sin(i / 3.2)));

const measures = [htDcperiod, htDcphase, htPhasor, htSine, htTrendline].map(({ definition }) => definition);

it.each(measures)('forgets prices of another size: $name is that of a fresh start', (definition) => {
  const old = runFeature(definition, {}, [prices]);
  const fresh = runFeature(definition, {}, [prices.slice(fromRow)]);
  fresh.forEach((values, k) => {
    expect(Math.abs(old[k]![rows - 1]! - values[rows - fromRow - 1]!)).toBeLessThan(1e-9);
  });
});
