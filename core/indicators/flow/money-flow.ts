import { z } from 'zod';
import { period } from '../feature.ts';
import { ratio } from '../rolling/arithmetic.ts';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { Delay, emaCell, emaFromFirst, forget, forgetEma, wilderCell } from '../rolling/smoothing.ts';
import { WindowSum } from '../rolling/window-sum.ts';

/** Chaikin money flow: money-flow volume over volume. A row with high = low counts as 0; 0 while nothing traded. */
export const cmf = defineRows({
  name: 'cmf',
  doc: 'Chaikin money flow',
  source: 'sum(((close - low) - (high - close)) / (high - low) × volume) / sum(volume); ta ChaikinMoneyFlowIndicator',
  units: '-1..1',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['cmf'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const flow = memory.own(new WindowSum(n));
    const amount = memory.own(new WindowSum(n));
    return (k, high, low, close, volume) => {
      const f = flow.push(ratio(close - low - (high - close), high - low) * volume);
      const a = amount.push(volume);
      return k < n - 1 ? Number.NaN : ratio(f, a);
    };
  },
});

/** Twiggs money flow: like Chaikin's, on true highs and lows, averaged as Wilder does. */
export const twiggsMoneyFlow = defineRows({
  name: 'twiggs-money-flow',
  doc: 'Twiggs money flow',
  source: 'Wilder((2 close - TRH - TRL) / (TRH - TRL) × volume) / Wilder(volume); C. Twiggs, Incredible Charts',
  units: '-1..1',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['tmf'],
  options: z.object({ period: period(1, 21) }),
  args: ['period'],
  warmup: (o) => o.period,
  settle: (o) => forget(1 / o.period),
  rows({ period: n }, memory) {
    const before = memory.own(new Delay(1));
    const flow = memory.own(wilderCell(n));
    const amount = memory.own(wilderCell(n));
    return (_k, high, low, close, volume) => {
      const previous = before.push(close);
      const top = high > previous ? high : previous; // NaN where there is no previous
      const bottom = low < previous ? low : previous;
      const f = flow.push(ratio(2 * close - top - bottom, top - bottom) * volume);
      const a = amount.push(Number.isNaN(previous) ? Number.NaN : volume);
      return ratio(f, a);
    };
  },
});

/** Elder's force index: change of the close times volume, as an EMA that starts at the first such product. */
export const forceIndex = defineRows({
  name: 'force-index',
  doc: "Elder's force index",
  source: 'EMA((close - previous close) × volume); ta ForceIndexIndicator',
  units: 'price × volume',
  inputs: ['close', 'volume'],
  outputs: ['fi'],
  options: z.object({ period: period(1, 13) }),
  args: ['period'],
  warmup: (o) => o.period,
  settle: (o) => forgetEma(o.period),
  rows({ period: n }, memory) {
    const before = memory.own(new Delay(1));
    const average = memory.own(emaFromFirst(n));
    return (k, close, volume) => {
      const force = average.push((close - before.push(close)) * volume);
      return k < n ? Number.NaN : force;
    };
  },
});

/** Arms's ease of movement: how far the middle of the range moved, per unit of volume per range, averaged. 0 in rows without volume. */
export const easeOfMovement = defineRows({
  name: 'ease-of-movement',
  doc: 'Ease of movement',
  source: 'SMA(move of (high + low) / 2 × (high - low) / volume × scale); R. Arms',
  units: 'price² per volume × scale',
  inputs: ['high', 'low', 'volume'],
  outputs: ['emv'],
  options: z.object({ period: period(1, 14), scale: z.number().positive().default(1e8) }),
  args: ['period', 'scale'],
  warmup: (o) => o.period,
  rows({ period: n, scale }, memory) {
    const before = memory.own(new Delay(1));
    const sum = memory.own(new WindowSum(n));
    return (k, high, low, volume) => {
      const middle = (high + low) / 2;
      const move = middle - before.push(middle);
      if (k === 0) return Number.NaN;
      const total = sum.push(ratio(move * (high - low) * scale, volume));
      return k < n ? Number.NaN : total / n;
    };
  },
});

/** Klinger's volume oscillator: fast minus slow EMA of volume signed by the direction of the typical price, with its signal. */
export const klinger = defineRows({
  name: 'klinger',
  doc: 'Klinger volume oscillator and signal',
  source: 'EMA(signed volume, fast) - EMA(signed volume, slow), sign of the change of high + low + close; S. Klinger',
  units: 'base volume',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['kvo', 'signal'],
  options: z.object({ fast: period(1, 34), slow: period(1, 55), signal: period(1, 13) }),
  args: ['fast', 'slow', 'signal'],
  warmup: (o, output) => Math.max(o.fast, o.slow) + (output > 0 ? o.signal - 1 : 0),
  settle: (o) => forgetEma(Math.max(o.fast, o.slow)) + forgetEma(o.signal),
  rows(o, memory, out) {
    const before = memory.own(new Delay(1));
    const fast = memory.own(emaCell(o.fast));
    const slow = memory.own(emaCell(o.slow));
    const signal = memory.own(emaCell(o.signal));
    return (k, high, low, close, volume) => {
      const typical = high + low + close;
      const change = typical - before.push(typical);
      const signed = k === 0 ? Number.NaN : change > 0 ? volume : change < 0 ? -volume : 0;
      const value = fast.push(signed) - slow.push(signed);
      out[0] = value;
      out[1] = signal.push(value);
    };
  },
});

/** Negative and positive volume indexes: 1000 at the start, moved by the close's change in rows whose volume fell (`nvi`) or rose (`pvi`). */
export const volumeIndexes = defineRows({
  name: 'volume-indexes',
  doc: 'Negative and positive volume index',
  source: 'index × close / previous close where volume fell (nvi) or rose (pvi); P. Dysart, N. Fosback',
  units: 'index from 1000',
  inputs: ['close', 'volume'],
  outputs: ['nvi', 'pvi'],
  options: z.object({}),
  args: [],
  warmup: () => 0,
  settle: () => Number.POSITIVE_INFINITY,
  rows(_o, memory, out) {
    const m = memory.own(new Slots(4)); // close, volume, nvi, pvi
    return (k, close, volume) => {
      const s = m.s;
      if (k === 0) s[2] = s[3] = 1000;
      else if (volume < s[1]!) s[2]! *= ratio(close, s[0]!, 1);
      else if (volume > s[1]!) s[3]! *= ratio(close, s[0]!, 1);
      s[0] = close;
      s[1] = volume;
      out[0] = s[2]!;
      out[1] = s[3]!;
    };
  },
});

/** Price volume trend: running sum of volume times the close's relative change. */
export const pvt = defineRows({
  name: 'pvt',
  doc: 'Price volume trend',
  source: 'sum of volume × (close / previous close - 1) since the start',
  units: 'base volume',
  inputs: ['close', 'volume'],
  outputs: ['pvt'],
  options: z.object({}),
  args: [],
  warmup: () => 1,
  settle: () => Number.POSITIVE_INFINITY,
  rows(_o, memory) {
    const m = memory.own(new Slots(2)); // close, sum
    return (k, close, volume) => {
      const s = m.s;
      const previous = s[0]!;
      s[0] = close;
      if (k === 0) return Number.NaN;
      s[1]! += previous === 0 ? 0 : volume * (close / previous - 1);
      return s[1]!;
    };
  },
});
