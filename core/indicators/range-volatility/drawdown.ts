import { z } from 'zod';
import { period } from '../feature.ts';
import { ratio } from '../rolling/arithmetic.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { Delay, emaCell, forgetEma, trueRange } from '../rolling/smoothing.ts';
import { highest } from '../rolling/window-extreme.ts';
import { WindowSum } from '../rolling/window-sum.ts';

/** Martin's ulcer index: root mean square of the percentage drawdown from the highest of the last `period` values. */
export const ulcerIndex = defineRows({
  name: 'ulcer-index',
  doc: 'Ulcer index',
  source: 'sqrt(mean((100 × (x / highest(x) - 1))²)); P. Martin 1987',
  units: 'percent',
  inputs: ['x'],
  outputs: ['ulcer'],
  options: z.object({ period: period(1, 14) }),
  args: ['period'],
  warmup: (o) => 2 * o.period - 2,
  rows({ period: n }, memory) {
    const top = memory.own(highest(n));
    const sum = memory.own(new WindowSum(n));
    return (k, x) => {
      const peak = top.push(x);
      if (k < n - 1) return Number.NaN;
      const drop = 100 * (ratio(x, peak, 1) - 1);
      const total = sum.push(drop * drop);
      return k < 2 * n - 2 ? Number.NaN : Math.sqrt(total / n);
    };
  },
});

/** Fraction by which x lies below the highest of the last `period` values; 0 at a new high. */
export const drawdown = defineRows({
  name: 'drawdown',
  doc: 'Drawdown from the highest value of the window',
  source: 'x / highest(x, period) - 1',
  units: 'fraction, at most 0',
  inputs: ['x'],
  outputs: ['drawdown'],
  options: z.object({ period: period(1, 100) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const top = memory.own(highest(n));
    return (k, x) => {
      const peak = top.push(x);
      return k < n - 1 ? Number.NaN : ratio(x, peak, 1) - 1;
    };
  },
});

/** Chaikin's volatility: percentage change over `change` rows of the EMA of high - low. 0 where that EMA was 0. */
export const chaikinVolatility = defineRows({
  name: 'chaikin-volatility',
  doc: 'Chaikin volatility',
  source: '100 × (EMA(high - low) / EMA(high - low)[change ago] - 1); M. Chaikin',
  units: 'percent',
  inputs: ['high', 'low'],
  outputs: ['volatility'],
  options: z.object({ period: period(1, 10), change: period(1, 10) }),
  args: ['period', 'change'],
  warmup: (o) => o.period - 1 + o.change,
  settle: (o) => forgetEma(o.period) + o.change,
  rows({ period: n, change }, memory) {
    const average = memory.own(emaCell(n));
    const before = memory.own(new Delay(change));
    return (_k, high, low) => {
      const value = average.push(high - low);
      if (Number.isNaN(value)) return Number.NaN;
      const old = before.push(value);
      return 100 * (ratio(value, old, 1) - 1);
    };
  },
});

/** Present true range over its average of the last `period` rows: above 1 in a wide row. 1 where nothing moves. */
export const rangeExpansion = defineRows({
  name: 'range-expansion',
  doc: 'True range as a multiple of its average',
  source: 'true range / mean(true range, period)',
  units: 'ratio',
  inputs: ['high', 'low', 'close'],
  outputs: ['ratio'],
  options: z.object({ period: period(1, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  rows({ period: n }, memory) {
    const before = memory.own(new Delay(1));
    const sum = memory.own(new WindowSum(n));
    return (k, high, low, close) => {
      const range = trueRange(high, low, before.push(close));
      if (k === 0) return Number.NaN;
      const total = sum.push(range);
      return k < n ? Number.NaN : ratio(range * n, total, 1);
    };
  },
});
