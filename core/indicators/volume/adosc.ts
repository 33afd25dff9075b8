import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { settleOf } from '../overlap/ema.ts';

/**
 * Chaikin oscillator: fast EMA - slow EMA of the accumulation/distribution line, both seeded with its first value.
 * Candles in, base volume out; NaN for the first max(fast, slow) - 1 rows. O(1) per row.
 */
export const adosc = defineFeature({
  name: 'adosc',
  doc: 'Chaikin oscillator of the accumulation/distribution line',
  source: 'TA-Lib ADOSC; Chaikin',
  units: 'base volume',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['adosc'],
  options: z.object({ fast: period(2, 3), slow: period(2, 10) }),
  args: ['fast', 'slow'],
  warmup: (o) => Math.max(o.fast, o.slow) - 1,
  settle: (o) => settleOf(2 / (Math.max(o.fast, o.slow) + 1)),
  create({ fast: nf, slow: ns }, [high, low, close, volume], [output]) {
    const warm = Math.max(nf, ns) - 1;
    // [candles since the last NaN (up to warm), line, fast mean, slow mean]
    const state = new Float64Array(4);
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
          const vs = volume!.values;
          const vb = (volume!.base - ob) | 0;
          const fastNew = 2 / (nf + 1);
          const fastOld = 1 - fastNew;
          const slowNew = 2 / (ns + 1);
          const slowOld = 1 - slowNew;
          let count = state[0]!;
          let line = state[1]!;
          let fast = state[2]!;
          let slow = state[3]!;
          let i = from;
          while (i < to) {
            if (count >= warm) {
              for (; i < to; i++) {
                const l = ls[(i - lb) | 0]!;
                const range = hs[(i - hb) | 0]! - l;
                if (!(range > 0)) break;
                line += ((2 * (cs[(i - cb) | 0]! - l) - range) / range) * vs[(i - vb) | 0]!;
                fast = fastNew * line + fastOld * fast;
                slow = slowNew * line + slowOld * slow;
                if (Number.isNaN(slow)) break;
                out[i] = fast - slow;
              }
              if (i === to) break;
            }
            const h = hs[(i - hb) | 0]!;
            const l = ls[(i - lb) | 0]!;
            const c = cs[(i - cb) | 0]!;
            const v = vs[(i - vb) | 0]!;
            const range = h - l;
            if (Number.isNaN(line + range + c + v)) {
              count = line = fast = slow = 0;
              out[i++] = Number.NaN;
              continue;
            }
            if (range > 0) line += ((2 * (c - l) - range) / range) * v;
            if (count > 0) {
              fast = fastNew * line + fastOld * fast;
              slow = slowNew * line + slowOld * slow;
            } else fast = slow = line;
            out[i++] = count >= warm ? fast - slow : Number.NaN;
            if (count < warm) count++;
          }
          state[0] = count;
          state[1] = line;
          state[2] = fast;
          state[3] = slow;
        },
      },
      'adosc',
      [warm, 2 / (nf + 1), 1 - 2 / (nf + 1), 2 / (ns + 1), 1 - 2 / (ns + 1)],
      [high!, low!, close!, volume!],
      [output!],
    );
  },
});
