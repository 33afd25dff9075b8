import { z } from 'zod';
import { period } from '../feature.ts';
import { ratio } from '../rolling/arithmetic.ts';
import { type Memory, Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { Delay } from '../rolling/smoothing.ts';
import { highest, lowest } from '../rolling/window-extreme.ts';

const sides = { left: period(1, 5), right: period(1, 5) };

/**
 * Finds pivots once `right` rows have confirmed them: above every high of the `left` rows before and not below any of the `right` rows after (lows
 * mirrored). Returns what the present row confirms, NaN for nothing; it never changes its mind.
 */
class PivotFinder {
  readonly #left: number;
  readonly #right: number;
  readonly #sign: 1 | -1;
  readonly #after;
  readonly #before;
  readonly #delay;
  readonly #last;

  constructor(left: number, right: number, sign: 1 | -1, memory: Memory) {
    this.#left = left;
    this.#right = right;
    this.#sign = sign;
    this.#after = memory.own(sign > 0 ? highest(right) : lowest(right));
    this.#before = memory.own(sign > 0 ? highest(left) : lowest(left));
    this.#delay = memory.own(new Delay(right));
    this.#last = memory.own(new Slots(1));
  }

  /** Takes row k's high (or low). */
  push(k: number, value: number): number {
    const after = this.#after.push(value);
    const candidate = this.#delay.push(value);
    if (k < this.#right) return Number.NaN;
    const before = this.#last.s[0]!;
    this.#last.s[0] = this.#before.push(candidate);
    if (k < this.#left + this.#right) return Number.NaN;
    const sign = this.#sign;
    return sign * candidate > sign * before && sign * candidate >= sign * after ? candidate : Number.NaN;
  }
}

/**
 * Prices of the last confirmed pivot high and low, and flags of the rows that confirm one. Until the first is confirmed: the highest high and lowest low
 * since the start.
 */
export const pivots = defineRows({
  name: 'pivots',
  doc: 'Last confirmed pivot high and low',
  source: 'extreme of left + 1 + right rows, known right rows later; B. Williams fractals at 2 and 2',
  units: 'price; 0 or 1',
  inputs: ['high', 'low'],
  outputs: ['high', 'low', 'isHigh', 'isLow'],
  options: z.object(sides),
  args: ['left', 'right'],
  warmup: (o) => o.left + o.right,
  settle: (o) => 50 * (o.left + o.right),
  rows({ left, right }, memory, out) {
    const tops = new PivotFinder(left, right, 1, memory);
    const bottoms = new PivotFinder(left, right, -1, memory);
    const m = memory.own(new Slots(4)); // high, low, found a high, found a low
    return (k, high, low) => {
      const s = m.s;
      const top = tops.push(k, high);
      const bottom = bottoms.push(k, low);
      if (!Number.isNaN(top)) {
        s[0] = top;
        s[2] = 1;
      } else if (s[2] === 0 && (k === 0 || high > s[0]!)) s[0] = high;
      if (!Number.isNaN(bottom)) {
        s[1] = bottom;
        s[3] = 1;
      } else if (s[3] === 0 && (k === 0 || low < s[1]!)) s[1] = low;
      const isWarm = k >= left + right;
      out[0] = isWarm ? s[0]! : Number.NaN;
      out[1] = isWarm ? s[1]! : Number.NaN;
      out[2] = isWarm ? (Number.isNaN(top) ? 0 : 1) : Number.NaN;
      out[3] = isWarm ? (Number.isNaN(bottom) ? 0 : 1) : Number.NaN;
    };
  },
});

/**
 * Market structure from confirmed swings: `trend` 1 with a higher high and higher low, -1 with a lower high and lower low, else 0; `breakout` 1 or -1 on
 * the row whose close first passes the last swing high or low.
 */
export const swingPoints = defineRows({
  name: 'swing-points',
  doc: 'Trend by confirmed swing points, and breaks of structure',
  source: 'Dow theory on pivots confirmed right rows later',
  units: '-1, 0 or 1',
  inputs: ['high', 'low', 'close'],
  outputs: ['trend', 'breakout'],
  options: z.object(sides),
  args: ['left', 'right'],
  warmup: (o) => o.left + o.right,
  settle: (o) => 100 * (o.left + o.right),
  rows({ left, right }, memory, out) {
    const tops = new PivotFinder(left, right, 1, memory);
    const bottoms = new PivotFinder(left, right, -1, memory);
    const m = memory.own(new Slots(8)); // high, its rank against the one before, open to a break; low likewise; seen highs, lows
    return (k, high, low, close) => {
      const s = m.s;
      const top = tops.push(k, high);
      const bottom = bottoms.push(k, low);
      if (!Number.isNaN(top)) {
        s[1] = s[6]! > 0 ? Math.sign(top - s[0]!) : 0;
        s[0] = top;
        s[2] = 1;
        s[6] = 1;
      }
      if (!Number.isNaN(bottom)) {
        s[4] = s[7]! > 0 ? Math.sign(bottom - s[3]!) : 0;
        s[3] = bottom;
        s[5] = 1;
        s[7] = 1;
      }
      let breakout = 0;
      if (s[2]! > 0 && close > s[0]!) {
        breakout = 1;
        s[2] = 0;
      } else if (s[5]! > 0 && close < s[3]!) {
        breakout = -1;
        s[5] = 0;
      }
      const isWarm = k >= left + right;
      out[0] = !isWarm ? Number.NaN : s[1]! > 0 && s[4]! > 0 ? 1 : s[1]! < 0 && s[4]! < 0 ? -1 : 0;
      out[1] = isWarm ? breakout : Number.NaN;
    };
  },
});

/**
 * Nearest support below and resistance above the close among the last `levels` confirmed pivots (highs and lows alike). Where none lies on that side, the
 * extreme of the last `range` rows.
 */
export const supportResistance = defineRows({
  name: 'support-resistance',
  doc: 'Nearest support and resistance among confirmed pivots',
  source: 'levels of pivots confirmed right rows later',
  units: 'price',
  inputs: ['high', 'low', 'close'],
  outputs: ['support', 'resistance'],
  options: z.object({ ...sides, levels: z.int().min(1).max(200).default(20), range: period(1, 100) }),
  args: ['left', 'right', 'levels', 'range'],
  warmup: (o) => Math.max(o.left + o.right, o.range - 1),
  settle: (o) => 20 * o.levels * (o.left + o.right),
  rows({ left, right, levels, range }, memory, out) {
    const tops = new PivotFinder(left, right, 1, memory);
    const bottoms = new PivotFinder(left, right, -1, memory);
    const upper = memory.own(highest(range));
    const lower = memory.own(lowest(range));
    const m = memory.own(new Slots(2 + levels)); // place, held, ring of levels
    const keep = (level: number) => {
      const s = m.s;
      s[2 + s[0]!] = level;
      s[0] = s[0]! + 1 === levels ? 0 : s[0]! + 1;
      if (s[1]! < levels) s[1]!++;
    };
    const warm = Math.max(left + right, range - 1);
    return (k, high, low, close) => {
      const s = m.s;
      const top = tops.push(k, high);
      const bottom = bottoms.push(k, low);
      if (!Number.isNaN(top)) keep(top);
      if (!Number.isNaN(bottom)) keep(bottom);
      const ceiling = upper.push(high);
      const floor = lower.push(low);
      out[0] = out[1] = Number.NaN;
      if (k < warm) return;
      let support = Number.NEGATIVE_INFINITY;
      let resistance = Number.POSITIVE_INFINITY;
      const end = (2 + s[1]!) | 0;
      for (let j = 2; j < end; j++) {
        const level = s[j]!;
        // choices and no branch: a guess would be wrong as often as not
        const below = level <= close ? level : Number.NEGATIVE_INFINITY;
        const above = level <= close ? Number.POSITIVE_INFINITY : level;
        support = below > support ? below : support;
        resistance = above < resistance ? above : resistance;
      }
      out[0] = support === Number.NEGATIVE_INFINITY ? floor : support;
      out[1] = resistance === Number.POSITIVE_INFINITY ? ceiling : resistance;
    };
  },
});

/**
 * Zig-zag of confirmed turns: a leg turns once price has come back by `reversal` from its extreme. `pivot` is the last confirmed turn, `extreme` the present
 * leg's end so far, `direction` 1, -1, or 0 before the first leg. Nothing given is ever revised.
 */
export const zigzag = defineRows({
  name: 'zigzag',
  doc: 'Confirmed zig-zag turns',
  source: 'reversal by a fraction of price from the extreme of a leg; A. Merrill 1977',
  units: 'price; price; -1, 0 or 1',
  inputs: ['high', 'low'],
  outputs: ['pivot', 'extreme', 'direction'],
  options: z.object({ reversal: z.number().min(1e-6).max(0.9).default(0.03) }),
  args: ['reversal'],
  warmup: () => 0,
  settle: () => 5000,
  rows({ reversal }, memory, out) {
    const m = memory.own(new Slots(5)); // direction, pivot, extreme, first high, first low
    return (k, high, low) => {
      const s = m.s;
      if (k === 0) {
        s[1] = s[2] = (high + low) / 2;
        s[3] = high;
        s[4] = low;
      } else if (s[0] === 0) {
        s[3] = Math.max(s[3]!, high);
        s[4] = Math.min(s[4]!, low);
        if (high >= s[4]! * (1 + reversal)) {
          s[0] = 1;
          s[1] = s[4]!;
          s[2] = high;
        } else if (low <= s[3]! * (1 - reversal)) {
          s[0] = -1;
          s[1] = s[3]!;
          s[2] = low;
        }
      } else if (s[0]! > 0) {
        if (high > s[2]!) s[2] = high;
        else if (low <= s[2]! * (1 - reversal)) {
          s[0] = -1;
          s[1] = s[2]!;
          s[2] = low;
        }
      } else if (low < s[2]!) s[2] = low;
      else if (high >= s[2]! * (1 + reversal)) {
        s[0] = 1;
        s[1] = s[2]!;
        s[2] = high;
      }
      out[0] = s[1]!;
      out[1] = s[2]!;
      out[2] = s[0]!;
    };
  },
});

/** Fair value gap: how far the present low lies above the high of two rows ago (positive), or the high below that low (negative), as a fraction of the close. */
export const fairValueGap = defineRows({
  name: 'fair-value-gap',
  doc: 'Signed gap between a row and the one two before',
  source: '(low - high[2]) / close or (high - low[2]) / close, 0 where ranges overlap',
  units: 'fraction of price',
  inputs: ['high', 'low', 'close'],
  outputs: ['gap'],
  options: z.object({}),
  args: [],
  warmup: () => 2,
  rows(_o, memory) {
    const highs = memory.own(new Delay(2));
    const lows = memory.own(new Delay(2));
    return (k, high, low, close) => {
      const top = highs.push(high);
      const bottom = lows.push(low);
      if (k < 2) return Number.NaN;
      return ratio(low > top ? low - top : high < bottom ? high - bottom : 0, close);
    };
  },
});
