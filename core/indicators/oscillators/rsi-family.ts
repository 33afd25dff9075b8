import { z } from 'zod';
import { period } from '../feature.ts';
import { ratio } from '../rolling/arithmetic.ts';
import { type Memory, Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { Delay, emaCell, forget, forgetEma, wilderCell } from '../rolling/smoothing.ts';
import { SortedWindow } from '../rolling/sorted-window.ts';

/** Wilder's RSI over changes: NaN until `n` of them have come; 50 where nothing has moved. */
function rsiOfChanges(n: number, memory: Memory): (change: number) => number {
  const up = memory.own(wilderCell(n));
  const down = memory.own(wilderCell(n));
  return (change) => {
    const u = up.push(Number.isNaN(change) ? change : Math.max(change, 0));
    const d = down.push(Number.isNaN(change) ? change : Math.max(-change, 0));
    return ratio(100 * u, u + d, 50);
  };
}

/** Connors RSI: mean of the RSI, the RSI of the up-and-down streak, and the percent rank of the last change. */
export const connorsRsi = defineRows({
  name: 'connors-rsi',
  doc: 'Connors RSI',
  source: '(RSI(x, 3) + RSI(streak, 2) + share of the last 100 changes below this one × 100) / 3; L. Connors 2012',
  units: '0..100',
  inputs: ['x'],
  outputs: ['crsi'],
  options: z.object({ period: period(1, 3), streak: period(1, 2), rank: period(1, 100) }),
  args: ['period', 'streak', 'rank'],
  warmup: (o) => Math.max(o.period, o.streak, o.rank + 1),
  settle: (o) => Math.max(forget(1 / o.period), forget(1 / o.streak), o.rank),
  rows({ period: n, streak, rank }, memory) {
    const price = rsiOfChanges(n, memory);
    const runs = rsiOfChanges(streak, memory);
    const changes = memory.own(new SortedWindow(rank));
    const m = memory.own(new Slots(2)); // x, streak
    const warm = Math.max(n, streak, rank + 1);
    return (k, x) => {
      const s = m.s;
      const last = s[0]!;
      s[0] = x;
      if (k === 0) return Number.NaN;
      const old = s[1]!;
      const run = x > last ? Math.max(old, 0) + 1 : x < last ? Math.min(old, 0) - 1 : 0;
      s[1] = run;
      const a = price(x - last);
      const b = runs(run - old);
      const change = last === 0 ? 0 : x / last - 1;
      changes.push(change);
      return k < warm ? Number.NaN : (a + b + (100 * changes.belowBefore) / rank) / 3;
    };
  },
});

/** QQE: the RSI smoothed, and a trailing line at a multiple of its smoothed movement that flips when crossed. */
export const qqe = defineRows({
  name: 'qqe',
  doc: 'Quantitative qualitative estimation: smoothed RSI and its trailing line',
  source: 'EMA(RSI(14), 5); trail at 4.236 × EMA(EMA(|ΔRSI|, 27), 27); I. Livshin',
  units: '0..100',
  inputs: ['x'],
  outputs: ['rsi', 'trail'],
  options: z.object({ period: period(1, 14), smooth: period(1, 5), factor: z.number().positive().default(4.236) }),
  args: ['period', 'smooth', 'factor'],
  warmup: (o, output) => o.period + o.smooth - 1 + (output > 0 ? 1 + 2 * (2 * o.period - 2) : 0),
  settle: (o) => forget(1 / o.period) + forgetEma(o.smooth) + 2 * forgetEma(2 * o.period - 1) + 500,
  rows({ period: n, smooth, factor }, memory, out) {
    const change = memory.own(new Delay(1));
    const rsi = rsiOfChanges(n, memory);
    const line = memory.own(emaCell(smooth));
    const first = memory.own(emaCell(2 * n - 1));
    const second = memory.own(emaCell(2 * n - 1));
    const m = memory.own(new Slots(4)); // smoothed RSI, trail, side, started
    return (_k, x) => {
      const s = m.s;
      const value = line.push(rsi(x - change.push(x)));
      const last = s[3]! > 0 ? s[0]! : Number.NaN;
      out[0] = value;
      out[1] = Number.NaN;
      if (Number.isNaN(value)) return;
      s[0] = value;
      s[3]! = Math.max(s[3]!, 1);
      const width = factor * second.push(first.push(Math.abs(value - last)));
      if (Number.isNaN(width)) return;
      const isFirst = s[3] === 1;
      s[3] = 2;
      const trail = s[1]!;
      if (isFirst || (s[2]! > 0 ? value < trail : value > trail)) {
        s[2] = isFirst ? 1 : -s[2]!;
        s[1] = value - s[2]! * width;
      } else s[1] = s[2]! > 0 ? Math.max(trail, value - width) : Math.min(trail, value + width);
      out[1] = s[1]!;
    };
  },
});

/** Relative momentum index: the RSI of changes over `momentum` rows. */
export const rmi = defineRows({
  name: 'rmi',
  doc: 'Relative momentum index',
  source: 'RSI of x - x[momentum]; R. Altman 1993',
  units: '0..100',
  inputs: ['x'],
  outputs: ['rmi'],
  options: z.object({ period: period(1, 20), momentum: period(1, 5) }),
  args: ['period', 'momentum'],
  warmup: (o) => o.period + o.momentum - 1,
  settle: (o) => forget(1 / o.period),
  rows({ period: n, momentum }, memory) {
    const before = memory.own(new Delay(momentum));
    const rsi = rsiOfChanges(n, memory);
    return (_k, x) => rsi(x - before.push(x));
  },
});

/** Ehlers's Laguerre RSI: ups and downs between four Laguerre filters. 50 where nothing has moved. */
export const laguerreRsi = defineRows({
  name: 'laguerre-rsi',
  doc: 'Laguerre RSI',
  source: 'four-element Laguerre filter of damping gamma; J. Ehlers, Cybernetic Analysis 2004',
  units: '0..100',
  inputs: ['x'],
  outputs: ['lrsi'],
  options: z.object({ gamma: z.number().min(0).max(0.99).default(0.5) }),
  args: ['gamma'],
  warmup: () => 0,
  settle: (o) => 4 * forget(1 - o.gamma) + 40,
  rows({ gamma }, memory) {
    const m = memory.own(new Slots(4));
    return (k, x) => {
      const s = m.s;
      if (k === 0) s.fill(x);
      const [a, b, c, d] = [s[0]!, s[1]!, s[2]!, s[3]!];
      const p = (1 - gamma) * x + gamma * a;
      const q = a - gamma * p + gamma * b;
      const r = b - gamma * q + gamma * c;
      const t = c - gamma * r + gamma * d;
      s[0] = p;
      s[1] = q;
      s[2] = r;
      s[3] = t;
      const up = Math.max(p - q, 0) + Math.max(q - r, 0) + Math.max(r - t, 0);
      const down = Math.max(q - p, 0) + Math.max(r - q, 0) + Math.max(t - r, 0);
      return ratio(100 * up, up + down, 50);
    };
  },
});

/** Psychological line: share of the last rows that rose, in percent. */
export const psychologicalLine = defineRows({
  name: 'psychological-line',
  doc: 'Share of rising rows',
  source: '100 × count(x > x[1]) / n',
  units: '0..100',
  inputs: ['x'],
  outputs: ['psy'],
  options: z.object({ period: period(1, 12) }),
  args: ['period'],
  warmup: (o) => o.period,
  rows({ period: n }, memory) {
    const m = memory.own(new Slots(2 + n)); // x, rises, ring
    return (k, x) => {
      const s = m.s;
      const rose = k > 0 && x > s[0]! ? 1 : 0;
      s[0] = x;
      if (k === 0) return Number.NaN;
      const at = 2 + ((k - 1) % n);
      s[1]! += rose - s[at]!;
      s[at] = rose;
      return k < n ? Number.NaN : (100 * s[1]!) / n;
    };
  },
});
