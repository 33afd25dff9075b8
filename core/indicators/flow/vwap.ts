import { z } from 'zod';
import { period } from '../feature.ts';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { WindowSum } from '../rolling/window-sum.ts';

const DAY_MS = 86_400_000;

/** Volume-weighted average of the typical price (high + low + close) / 3 over the last `period` rows; the typical price itself while nothing traded. */
export const vwapRolling = defineRows({
  name: 'vwap-rolling',
  doc: 'Volume-weighted average price of the last period rows',
  source: 'sum(typical price × volume) / sum(volume); ta VolumeWeightedAveragePrice',
  units: 'price',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['vwap'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const cost = memory.own(new WindowSum(n));
    const amount = memory.own(new WindowSum(n));
    return (k, high, low, close, volume) => {
      const typical = (high + low + close) / 3;
      const a = amount.push(volume);
      const c = cost.push(typical * volume);
      return k < n - 1 ? Number.NaN : a > 0 ? c / a : typical;
    };
  },
});

/** Distance of the close from the rolling VWAP, as a fraction of it. */
export const vwapDeviation = defineRows({
  name: 'vwap-deviation',
  doc: 'Distance of the close from the rolling VWAP as a fraction of it',
  source: '(close - vwap) / vwap, vwap over the last period rows',
  units: 'ratio',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['deviation'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const cost = memory.own(new WindowSum(n));
    const amount = memory.own(new WindowSum(n));
    return (k, high, low, close, volume) => {
      const typical = (high + low + close) / 3;
      const a = amount.push(volume);
      const c = cost.push(typical * volume);
      if (k < n - 1) return Number.NaN;
      const vwap = a > 0 ? c / a : typical;
      return vwap === 0 ? 0 : close / vwap - 1;
    };
  },
});

/**
 * VWAP since the start of the session that a row opens in: sessions begin every `sessionMs` from `offsetMs` after 1970-01-01 00:00 UTC.
 * `settle` is the longest session in rows that it was made for: a day of 1m candles.
 */
export const vwapSession = defineRows({
  name: 'vwap-session',
  doc: 'Volume-weighted average price since the session began (UTC day by default)',
  source: 'sum(typical price × volume) / sum(volume), restarting with each session',
  units: 'price',
  inputs: ['time', 'high', 'low', 'close', 'volume'],
  outputs: ['vwap'],
  options: z.object({
    sessionMs: z.number().min(1).default(DAY_MS),
    offsetMs: z.number().min(-DAY_MS).max(DAY_MS).default(0),
  }),
  args: ['sessionMs', 'offsetMs'],
  warmup: () => 0,
  settle: (o) => Math.ceil(o.sessionMs / 60_000),
  rows({ sessionMs, offsetMs }, memory) {
    const m = memory.own(new Slots(3)); // session, cost, amount
    return (k, time, high, low, close, volume) => {
      const s = m.s;
      const session = Math.floor((time - offsetMs) / sessionMs);
      if (k === 0 || session !== s[0]) {
        s[0] = session;
        s[1] = 0;
        s[2] = 0;
      }
      const typical = (high + low + close) / 3;
      s[1]! += typical * volume;
      s[2]! += volume;
      return s[2]! > 0 ? s[1]! / s[2]! : typical;
    };
  },
});

/** VWAP since a moment: rows that open before `anchor` (ms UTC) give their own typical price. The default anchors it at the start of history. */
export const vwapAnchored = defineRows({
  name: 'vwap-anchored',
  doc: 'Volume-weighted average price since an anchor time',
  source: 'sum(typical price × volume) / sum(volume) from the anchor on',
  units: 'price',
  inputs: ['time', 'high', 'low', 'close', 'volume'],
  outputs: ['vwap'],
  options: z.object({ anchor: z.number().default(0) }),
  args: ['anchor'],
  warmup: () => 0,
  settle: () => Number.POSITIVE_INFINITY,
  rows({ anchor }, memory) {
    const m = memory.own(new Slots(2)); // cost, amount
    return (_k, time, high, low, close, volume) => {
      const s = m.s;
      const typical = (high + low + close) / 3;
      if (time < anchor) return typical;
      s[0]! += typical * volume;
      s[1]! += volume;
      return s[1]! > 0 ? s[0]! / s[1]! : typical;
    };
  },
});

/** Volume-weighted moving average of a price: sum(x × volume) / sum(volume); x itself while nothing traded. */
export const vwma = defineRows({
  name: 'vwma',
  doc: 'Volume-weighted moving average of the close',
  source: 'sum(close × volume) / sum(volume) over the last period rows',
  units: 'price',
  inputs: ['close', 'volume'],
  outputs: ['vwma'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const cost = memory.own(new WindowSum(n));
    const amount = memory.own(new WindowSum(n));
    return (k, close, volume) => {
      const a = amount.push(volume);
      const c = cost.push(close * volume);
      return k < n - 1 ? Number.NaN : a > 0 ? c / a : close;
    };
  },
});
