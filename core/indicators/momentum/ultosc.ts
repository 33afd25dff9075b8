import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { refreshEvery } from '../math/refresh.ts';

/**
 * Ultimate oscillator of Williams (1976): 100 × (4 a + 2 b + c) / 7, each buying pressure / true range summed over one of three periods,
 * the shortest weighing most whatever their order. Buying pressure is close - min(low, previous close).
 * Candles in, 0..100 out; NaN for the first max(periods) rows. O(1) per row, the running sums refreshed so that they do not drift.
 */
export const ultosc = defineFeature({
  name: 'ultosc',
  doc: 'Ultimate oscillator of Williams',
  source: 'TA-Lib ULTOSC; Williams 1976',
  units: '0..100',
  inputs: ['high', 'low', 'close'],
  outputs: ['ultosc'],
  options: z.object({ period1: period(1, 7), period2: period(1, 14), period3: period(1, 28) }),
  args: ['period1', 'period2', 'period3'],
  warmup: (o) => Math.max(o.period1, o.period2, o.period3),
  create({ period1, period2, period3 }, [high, low, close], [output]) {
    const [n1, n2, n3] = [period1, period2, period3].sort((a, b) => a - b) as [number, number, number];
    const every = refreshEvery(n3, 1);
    // [candles since the last NaN, previous close, place in the ring, three sums of pressure, three of range, candles in a row without range, ring of (pressure, range)]
    const state = new Float64Array(10 + 2 * n3);
    return withLoop(
      {
        state,
        advance(fromRow, toRow) {
          const out = output!.values;
          const ob = output!.base;
          const from = (fromRow - ob) | 0;
          const to = (toRow - ob) | 0;
          const hs = high!.values;
          const hb = (high!.base - ob) | 0;
          const ls = low!.values;
          const lb = (low!.base - ob) | 0;
          const cs = close!.values;
          const cb = (close!.base - ob) | 0;
          let count = state[0]!;
          let pc = state[1]!;
          let place = state[2]! | 0;
          let p1 = state[3]!;
          let p2 = state[4]!;
          let p3 = state[5]!;
          let r1 = state[6]!;
          let r2 = state[7]!;
          let r3 = state[8]!;
          let quiet = state[9]!;
          let due = (Math.floor(count / every) + 1) * every;
          for (let i = from; i < to; i++) {
            const h = hs[(i - hb) | 0]!;
            const l = ls[(i - lb) | 0]!;
            const c = cs[(i - cb) | 0]!;
            const over = pc - h;
            const under = l - pc;
            // max(x, 0) is (x + |x|) / 2: no branch
            const gap = (under + Math.abs(under)) * 0.5;
            const range = h - l + (over + Math.abs(over)) * 0.5 + gap;
            const pressure = c - l + gap;
            pc = c;
            if (Number.isNaN(h + l + c)) {
              count = place = p1 = p2 = p3 = r1 = r2 = r3 = quiet = 0;
              due = every;
              state.fill(0, 10);
              out[i] = Number.NaN;
              continue;
            }
            if (count === 0) {
              count = 1;
              out[i] = Number.NaN;
              continue;
            }
            const at = 10 + 2 * place;
            const w = 2 * n3;
            let a1 = at - 2 * n1;
            if (a1 < 10) a1 += w;
            let a2 = at - 2 * n2;
            if (a2 < 10) a2 += w;
            p1 += pressure - state[a1]!;
            r1 += range - state[a1 + 1]!;
            p2 += pressure - state[a2]!;
            r2 += range - state[a2 + 1]!;
            p3 += pressure - state[at]!;
            r3 += range - state[at + 1]!;
            state[at] = pressure;
            state[at + 1] = range;
            place = place === n3 - 1 ? 0 : place + 1;
            count++;
            if (count === due) {
              due += every;
              p1 = p2 = p3 = r1 = r2 = r3 = 0;
              for (let k = 0, back = at; k < n3; k++, back = back === 10 ? 8 + w : back - 2) {
                if (k < n1) {
                  p1 += state[back]!;
                  r1 += state[back + 1]!;
                }
                if (k < n2) {
                  p2 += state[back]!;
                  r2 += state[back + 1]!;
                }
                p3 += state[back]!;
                r3 += state[back + 1]!;
              }
            }
            // a window without any range sums to exactly nothing, whatever rounding left
            quiet = (quiet + 1) * (Number(range === 0) | 0);
            if (quiet >= n1) {
              p1 = r1 = 0;
              if (quiet >= n2) p2 = r2 = 0;
              if (quiet >= n3) p3 = r3 = 0;
            }
            if (count <= n3) {
              out[i] = Number.NaN;
              continue;
            }
            let value = 0;
            if (r1 > 0) value += 4 * (p1 / r1);
            if (r2 > 0) value += 2 * (p2 / r2);
            if (r3 > 0) value += p3 / r3;
            out[i] = (100 * value) / 7;
          }
          state[0] = count;
          state[1] = pc;
          state[2] = place;
          state[3] = p1;
          state[4] = p2;
          state[5] = p3;
          state[6] = r1;
          state[7] = r2;
          state[8] = r3;
          state[9] = quiet;
        },
      },
      'ultosc',
      [n1, n2, n3, every],
      [high!, low!, close!],
      [output!],
    );
  },
});
