import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { circle, cyclePhase, PHASE_STATE } from './cycle-phase.ts';
import { HILBERT_STATE, refreshPrice, SMOOTH_PERIOD, SMOOTHED_PRICE, takePrice } from './hilbert.ts';
import { TRENDLINE_STATE, trendline } from './trendline.ts';

/** The sums of the price smoother are recomputed every so many rows since the last NaN; a power of two. */
const REFRESH = 1024;
const RADIANS = Math.atan(1) / 45;
const TREND = HILBERT_STATE + PHASE_STATE;
const SINE = TREND + TRENDLINE_STATE;
const LEAD_SINE = SINE + 1;
const DAYS = SINE + 2;

/**
 * Trend against cycle mode by the Hilbert transform: 1 in a trend, 0 in a cycle.
 * A cycle begins when sine and lead sine cross and lasts half a period, or while the phase turns at the cycle's rate; a price 1.5 % off the
 * trendline is a trend in any case.
 * Price in, 0 or 1 out; NaN for the first 63 rows. O(1) per row, at most 50 steps.
 */
export const htTrendmode = defineFeature({
  name: 'ht-trendmode',
  doc: 'Trend (1) against cycle (0) mode by the Hilbert transform',
  source: 'TA-Lib HT_TRENDMODE; Ehlers, Rocket Science for Traders, 2001',
  units: '0 or 1',
  inputs: ['x'],
  outputs: ['htTrendmode'],
  options: z.object({}),
  args: [],
  warmup: () => 63,
  lookback: () => 49,
  settle: () => 400,
  create(_, [input], [output]) {
    const state = new Float64Array(DAYS + 1);
    return withLoop(
      {
        state,
        advance(fromRow, toRow) {
          const out = output!.values;
          const ob = output!.base;
          const from = (fromRow - ob) | 0;
          const to = (toRow - ob) | 0;
          const xs = input!.values;
          const xb = (input!.base - ob) | 0;
          for (let i = from; i < to; i++) {
            const at = (i - xb) | 0;
            const x = xs[at]!;
            out[i] = Number.NaN;
            if (Number.isNaN(x)) {
              state.fill(0);
              continue;
            }
            const count = takePrice(state, xs, at, 37);
            if ((count & (REFRESH - 1)) === 0)
              refreshPrice(state, xs[(at - 3) | 0]!, xs[(at - 2) | 0]!, xs[(at - 1) | 0]!, x);
            if (count <= 37) continue;
            const previousPhase = state[HILBERT_STATE]!;
            cyclePhase(state, HILBERT_STATE);
            const phase = state[HILBERT_STATE]!;
            const line = trendline(state, TREND, xs, at);
            const mode = trendMode(state, phase, phase - previousPhase, line);
            if (count > 63) out[i] = mode;
          }
        },
      },
      'htTrendmode',
      [circle.byteOffset],
      [input!],
      [output!],
    );
  },
});

function trendMode(s: Float64Array, phase: number, turned: number, line: number): number {
  const sine = Math.sin(phase * RADIANS);
  const leadSine = Math.sin((phase + 45) * RADIANS);
  const period = s[SMOOTH_PERIOD]!;
  let trend = 1;
  if ((sine > leadSine && s[SINE]! <= s[LEAD_SINE]!) || (sine < leadSine && s[SINE]! >= s[LEAD_SINE]!)) {
    s[DAYS] = 0;
    trend = 0;
  }
  s[SINE] = sine;
  s[LEAD_SINE] = leadSine;
  s[DAYS]! += 1;
  if (s[DAYS]! < 0.5 * period) trend = 0;
  if (period !== 0 && turned > (0.67 * 360) / period && turned < (1.5 * 360) / period) trend = 0;
  if (line !== 0 && Math.abs((s[SMOOTHED_PRICE]! - line) / line) >= 0.015) trend = 1;
  return trend;
}
