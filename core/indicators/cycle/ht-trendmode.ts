import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { cycleKernel } from './cycle-kernel.ts';
import { cyclePhase, PHASE_STATE } from './cycle-phase.ts';
import { HILBERT_STATE, SMOOTH_PERIOD, SMOOTHED_PRICE } from './hilbert.ts';
import { TRENDLINE_STATE, trendline } from './trendline.ts';

const RADIANS = Math.atan(1) / 45;
const TREND = HILBERT_STATE + PHASE_STATE;
const SINE = TREND + TRENDLINE_STATE;
const LEAD_SINE = SINE + 1;
const DAYS = SINE + 2;

const mode = {
  loop: 'htTrendmode',
  start: 37,
  shown: 63,
  kept: DAYS + 1 - HILBERT_STATE,
  step(s: Float64Array, values: Float64Array, xs: Float64Array, at: number) {
    const previousPhase = s[HILBERT_STATE]!;
    cyclePhase(s, HILBERT_STATE);
    const phase = s[HILBERT_STATE]!;
    trendline(s, TREND, xs, at, values);
    values[0] = trendMode(s, phase, phase - previousPhase, values[0]!);
  },
} as const;

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
  create: (_, [input], outputs) => cycleKernel(mode, input!, outputs),
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
