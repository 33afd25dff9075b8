import { describe, expect, it } from 'vitest';
import { type CandleTable, candlesFrom } from '../../domain/candles.ts';
import { seeded } from '../../foundation/rng.ts';
import { loadRegistry } from '../load-registry.ts';
import { compareVolatility, type VolatilityComparison } from './compare-volatility.ts';

const registry = await loadRegistry();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Hourly candles of a GARCH(1,1): volatility that comes in clusters. `changedFrom` on it is another draw. */
function clusters(rows: number, changedFrom = rows): CandleTable {
  const one = seeded('clusters');
  const other = seeded('other clusters');
  let price = 100;
  let variance = 1e-4;
  return candlesFrom(
    Array.from({ length: rows }, (_, i) => {
      const open = price;
      const r = Math.sqrt(variance) * (i < changedFrom ? one : other).normal();
      variance = 4e-6 + 0.15 * r * r + 0.81 * variance;
      price *= Math.exp(r);
      return {
        time: i * HOUR,
        open,
        close: price,
        high: Math.max(open, price) * 1.0005,
        low: Math.min(open, price) * 0.9995,
        volume: 1,
      };
    }),
  );
}

const compare = (candles: CandleTable, over: Partial<VolatilityComparison> = {}) =>
  compareVolatility({
    registry,
    candles,
    frame: '1h',
    models: [
      { name: 'garch', errors: 'normal', mean: 'zero' },
      { name: 'realised-range', period: 500 },
    ],
    window: 30 * DAY,
    every: 15 * DAY,
    horizon: 1,
    ...over,
  });

describe('a comparison of volatility models', () => {
  it('finds the model that the market was made by', async () => {
    const { scores, rows, fits } = await compare(clusters(3000));
    expect(scores.map((s) => s.name)).toEqual(['garch', 'realised-range']);
    expect(scores[1]!.againstBest!.pValue).toBeLessThan(0.01);
    expect(scores[0]!.mincerZarnowitz.slope).toBeGreaterThan(0.6);
    // From the first fit at day 45 (a multiple of fifteen days after a full window) to the last candle but one.
    expect(rows).toBe(3000 - 1 - 45 * 24 + 1);
    expect(fits).toBe(2 * 6);
  });

  it('holds forecasts against variance of finer candles, where there are such', async () => {
    const candles = clusters(1600);
    const finer = candlesFrom(
      Array.from(candles.time, (time, i) =>
        [0, 1].map((half) => {
          const close = half === 1 ? candles.close[i]! : Math.sqrt(candles.open[i]! * candles.close[i]!);
          return { time: time + half * (HOUR / 2), open: close, high: close, low: close, close, volume: 1 };
        }),
      ).flat(),
    );
    const [coarse, fine] = [await compare(candles), await compare(candles, { finer })];
    // Two equal halves have half the squares of the whole.
    expect(fine.scores[0]!.mincerZarnowitz.slope).toBeCloseTo(coarse.scores[0]!.mincerZarnowitz.slope / 2, 6);
  });

  it('says when no window fits in', async () => {
    await expect(compare(clusters(600))).rejects.toThrow(/TRAIN_HISTORY: 600 candles of 1h hold no window of 30 days/);
  });
});
