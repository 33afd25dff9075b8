import { z } from 'zod';
import { period } from '../feature.ts';
import { ratio } from '../rolling/arithmetic.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { logMove, sharedLog } from '../rolling/shared-log.ts';
import { Delay } from '../rolling/smoothing.ts';
import { WindowCovariance } from '../rolling/window-covariance.ts';
import { WindowMoments } from '../rolling/window-moments.ts';
import { WindowSum } from '../rolling/window-sum.ts';

/** Amihud's illiquidity: mean of |log return| per million of quote traded. A row without volume counts as 0. */
export const amihud = defineRows({
  name: 'amihud',
  doc: "Amihud's illiquidity: price move per million of quote volume",
  source: 'mean(|ln(close / previous)| / (close × volume)) × 1e6; Amihud 2002',
  units: 'per million quote',
  inputs: ['close', 'volume'],
  outputs: ['illiquidity'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period,
  stages: [logMove(0)],
  rows({ period: n }, memory) {
    const before = memory.own(new Delay(1));
    const sum = memory.own(new WindowSum(n));
    return (k, close, volume, logMoved) => {
      const previous = before.push(close);
      if (k === 0) return Number.NaN;
      const total = sum.push(ratio(Math.abs(sharedLog(logMoved, close, previous)), close * volume) * 1e6);
      return k < n ? Number.NaN : total / n;
    };
  },
});

/** Kyle's lambda from candles: slope of the close's change on volume signed by the candle's direction. 0 where signed volume stands still. */
export const kyleLambda = defineRows({
  name: 'kyle-lambda',
  doc: "Kyle's lambda: price impact per unit of signed volume",
  source: 'cov(Δclose, sign(Δclose) × volume) / var(sign(Δclose) × volume); Kyle 1985',
  units: 'price per base',
  inputs: ['close', 'volume'],
  outputs: ['lambda'],
  options: z.object({ period: period(2, 50) }),
  args: ['period'],
  warmup: (o) => o.period,
  rows({ period: n }, memory) {
    const before = memory.own(new Delay(1));
    const window = memory.own(new WindowCovariance(n));
    return (k, close, volume) => {
      const change = close - before.push(close);
      if (k === 0) return Number.NaN;
      window.push(change > 0 ? volume : change < 0 ? -volume : 0, change);
      return k < n ? Number.NaN : ratio(window.xy, window.xx);
    };
  },
});

/** Share of volume that traded in rising rows, of the volume in rising and falling ones; 0.5 where there is none. */
export const upVolumeRatio = defineRows({
  name: 'up-volume-ratio',
  doc: 'Share of volume in rising rows',
  source: 'sum(volume where close rose) / sum(volume where close rose or fell)',
  units: '0..1',
  inputs: ['close', 'volume'],
  outputs: ['ratio'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period,
  rows({ period: n }, memory) {
    const before = memory.own(new Delay(1));
    const up = memory.own(new WindowSum(n));
    const down = memory.own(new WindowSum(n));
    return (k, close, volume) => {
      const change = close - before.push(close);
      if (k === 0) return Number.NaN;
      const u = up.push(change > 0 ? volume : 0);
      const d = down.push(change < 0 ? volume : 0);
      return k < n ? Number.NaN : ratio(u, u + d, 0.5);
    };
  },
});

/** Correlation of the candle's range with its volume. 0 where either stands still. */
export const rangeVolumeCorrelation = defineRows({
  name: 'range-volume-correlation',
  doc: 'Correlation of range (high - low) with volume',
  source: 'Pearson correlation over the last period rows',
  units: '-1..1',
  inputs: ['high', 'low', 'volume'],
  outputs: ['correlation'],
  options: z.object({ period: period(2, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const window = memory.own(new WindowCovariance(n));
    return (k, high, low, volume) => {
      window.push(high - low, volume);
      return k < n - 1 ? Number.NaN : window.correlation;
    };
  },
});

/** Correlation of the close's log return with the change of volume. 0 where either stands still. */
export const returnVolumeCorrelation = defineRows({
  name: 'return-volume-correlation',
  doc: 'Correlation of log returns with changes of volume',
  source: 'Pearson correlation over the last period rows',
  units: '-1..1',
  inputs: ['close', 'volume'],
  outputs: ['correlation'],
  options: z.object({ period: period(2, 20) }),
  args: ['period'],
  warmup: (o) => o.period,
  stages: [logMove(0)],
  rows({ period: n }, memory) {
    const price = memory.own(new Delay(1));
    const amount = memory.own(new Delay(1));
    const window = memory.own(new WindowCovariance(n));
    return (k, close, volume, logMoved) => {
      const previous = price.push(close);
      const earlier = amount.push(volume);
      if (k === 0) return Number.NaN;
      window.push(sharedLog(logMoved, close, previous), volume - earlier);
      return k < n ? Number.NaN : window.correlation;
    };
  },
});

/** Mean log return of the rows whose volume was above its window mean (`high`), and of the others (`low`). 0 where there is no such row. */
export const volumeSplitReturn = defineRows({
  name: 'volume-split-return',
  doc: 'Mean return in high-volume and in low-volume rows',
  source:
    'mean(ln(close / previous)) over rows with volume above / not above the mean of the window that ends with them',
  units: 'log return per row',
  inputs: ['close', 'volume'],
  outputs: ['high', 'low'],
  options: z.object({ period: period(2, 20) }),
  args: ['period'],
  warmup: (o) => o.period,
  settle: (o) => 2 * o.period,
  stages: [logMove(0)],
  rows({ period: n }, memory, out) {
    const before = memory.own(new Delay(1));
    const volumes = memory.own(new WindowMoments(n));
    const high = memory.own(new WindowSum(n));
    const low = memory.own(new WindowSum(n));
    const count = memory.own(new WindowSum(n));
    return (k, close, volume, logMoved) => {
      const move = sharedLog(logMoved, close, before.push(close));
      volumes.push(volume);
      const isHigh = volume > volumes.mean;
      if (k === 0) {
        out[0] = out[1] = Number.NaN;
        return;
      }
      const h = high.push(isHigh ? move : 0);
      const l = low.push(isHigh ? 0 : move);
      const highs = count.push(isHigh ? 1 : 0);
      out[0] = k < n ? Number.NaN : ratio(h, highs);
      out[1] = k < n ? Number.NaN : ratio(l, n - highs);
    };
  },
});

/** Average quote volume (close × volume) of the last `period` rows. */
export const dollarVolume = defineRows({
  name: 'dollar-volume',
  doc: 'Average quote volume per row',
  source: 'mean(close × volume) over the last period rows',
  units: 'quote',
  inputs: ['close', 'volume'],
  outputs: ['quote'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const sum = memory.own(new WindowSum(n));
    return (k, close, volume) => {
      const total = sum.push(close * volume);
      return k < n - 1 ? Number.NaN : total / n;
    };
  },
});
