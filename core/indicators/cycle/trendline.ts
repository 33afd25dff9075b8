import { SMOOTH_PERIOD } from './hilbert.ts';

/** Numbers that the trendline keeps: its last three means. */
export const TRENDLINE_STATE = 3;

/**
 * Puts Ehlers' instantaneous trendline into `values[0]`, after `takePrice`: the mean of the raw price over the dominant cycle, smoothed by weights 4, 3, 2, 1.
 * (A number handed back is a number allocated.) `last` is the index of the current price in `xs`; `at` is where the trendline's own numbers begin in `s`.
 */
export function trendline(s: Float64Array, at: number, xs: Float64Array, last: number, values: Float64Array): void {
  const period = Math.trunc(s[SMOOTH_PERIOD]! + 0.5);
  let mean = 0;
  for (let k = 0; k < period; k++) mean += xs[last - k]!;
  if (period > 0) mean /= period;
  values[0] = (4 * mean + 3 * s[at]! + 2 * s[at + 1]! + s[at + 2]!) / 10;
  s[at + 2] = s[at + 1]!;
  s[at + 1] = s[at]!;
  s[at] = mean;
}
