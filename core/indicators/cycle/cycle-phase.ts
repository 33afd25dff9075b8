import { placeColumn } from '../../columns/column-memory.ts';
import { SMOOTH_PERIOD, SMOOTHED_PRICE } from './hilbert.ts';

const DEGREES = 45 / Math.atan(1);
/** Longest cycle, and the next whole number of blocks: the loop in WebAssembly goes by blocks, so that how often it turns rarely changes. */
const LONGEST = 50;
const ROWS = 56;

/** Numbers that the phase keeps behind the measurement: the phase, the place in the ring, the last smoothed prices (twice, so that they are one stretch). */
export const PHASE_STATE = 2 + 2 * ROWS;

/**
 * sin and cos of k turns / period for every whole period up to 50: row `period`, columns 2k and 2k + 1, 0 from the period on. In the column memory,
 * where loops read it.
 */
export const circle: Float64Array = placeColumn((LONGEST + 1) * 2 * ROWS) ?? new Float64Array((LONGEST + 1) * 2 * ROWS);
for (let period = 1; period <= LONGEST; period++)
  for (let k = 0; k < period; k++) {
    const angle = (k * Math.atan(1) * 8) / period;
    circle[(period * ROWS + k) * 2] = Math.sin(angle);
    circle[(period * ROWS + k) * 2 + 1] = Math.cos(angle);
  }

/**
 * Puts the phase of the dominant cycle in degrees, -45..315, into `s[at]`, after `takePrice`: the angle of the smoothed price's Fourier component at the measured
 * period. `at` is where the phase's own numbers begin in `s`.
 */
export function cyclePhase(s: Float64Array, at: number): void {
  const ring = at + 2;
  const place = s[at + 1]!;
  s[ring + place] = s[ring + ROWS + place] = s[SMOOTHED_PRICE]!;
  s[at + 1] = place === ROWS - 1 ? 0 : place + 1;
  const smoothPeriod = s[SMOOTH_PERIOD]!;
  const period = Math.trunc(smoothPeriod + 0.5);
  // rows of even and of odd age apart: two chains of additions side by side
  let real = 0;
  let imaginary = 0;
  let realOdd = 0;
  let imaginaryOdd = 0;
  const last = ring + ROWS + place;
  let angle = period * ROWS * 2;
  for (let k = 0; k < period; k += 2) {
    const price = s[last - k]!;
    const older = s[last - k - 1]!;
    real += circle[angle]! * price;
    imaginary += circle[angle + 1]! * price;
    realOdd += circle[angle + 2]! * older;
    imaginaryOdd += circle[angle + 3]! * older;
    angle += 4;
  }
  real += realOdd;
  imaginary += imaginaryOdd;
  let phase = s[at]!;
  if (Math.abs(imaginary) > 0) phase = Math.atan(real / imaginary) * DEGREES;
  else if (real < 0) phase -= 90;
  else if (real > 0) phase += 90;
  phase += 90;
  // the weighted mean lags by one row
  phase += 360 / smoothPeriod;
  if (imaginary < 0) phase += 180;
  if (phase > 315) phase -= 360;
  s[at] = phase;
}
