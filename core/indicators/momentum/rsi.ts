import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { settleOf } from '../overlap/ema.ts';

/**
 * Relative strength index: 100 × average gain / (average gain + average loss), Wilder-smoothed (New Concepts in Technical Trading Systems, 1978).
 * Seeded with the simple mean of the first `period` changes, as TA-Lib does. 0 where nothing has moved.
 * Price in, 0..100 out; NaN for the first `period` rows. O(1) per row.
 */
export const rsi = defineFeature({
  name: 'rsi',
  doc: 'Relative strength index of Wilder',
  source: 'TA-Lib RSI; Wilder 1978',
  units: '0..100',
  inputs: ['x'],
  outputs: ['rsi'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  lookback: () => 1,
  settle: (o) => settleOf(1 / o.period),
  create({ period: n }, [input], [output]) {
    // [values seen since the last NaN (up to n + 1), gains, losses, previous value]
    const state = new Float64Array(4);
    return {
      state,
      advance(from, to) {
        const xs = input!.values;
        const xb = input!.base;
        const out = output!.values;
        const ob = output!.base;
        const keep = (n - 1) / n;
        const share = 1 / n;
        let count = state[0]!;
        let gain = state[1]!;
        let loss = state[2]!;
        let previous = state[3]!;
        for (let i = from; i < to; i++) {
          const x = xs[i - xb]!;
          const change = x - previous;
          previous = x;
          if (count > n && !Number.isNaN(change)) {
            gain = gain * keep + (change > 0 ? change * share : 0);
            loss = loss * keep - (change < 0 ? change * share : 0);
            const total = gain + loss;
            out[i - ob] = total > 0 ? (100 * gain) / total : 0;
            continue;
          }
          if (Number.isNaN(x)) {
            count = gain = loss = 0;
            out[i - ob] = Number.NaN;
            continue;
          }
          if (count > 0) {
            if (change > 0) gain += change * share;
            else loss -= change * share;
          }
          count++;
          const total = gain + loss;
          out[i - ob] = count > n ? (total > 0 ? (100 * gain) / total : 0) : Number.NaN;
        }
        state[0] = count;
        state[1] = gain;
        state[2] = loss;
        state[3] = previous;
      },
    };
  },
});
