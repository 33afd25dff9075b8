import { placeColumn } from '../../columns/column-memory.ts';
import { SMOOTH_PERIOD, SMOOTHED_PRICE } from './hilbert.ts';

const DEGREES = 45 / Math.atan(1);
const ROWS = 50;

/** Numbers that the phase keeps behind the measurement: the phase, the place in the ring, the last 50 smoothed prices. */
export const PHASE_STATE = 2 + ROWS;

/** sin and cos of k turns / period for every whole period up to 50: row `period`, columns 2k and 2k + 1. In the column memory, where loops read it. */
export const circle: Float64Array = placeColumn((ROWS + 1) * 2 * ROWS) ?? new Float64Array((ROWS + 1) * 2 * ROWS);
for (let period = 1; period <= ROWS; period++)
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
  s[ring + place] = s[SMOOTHED_PRICE]!;
  s[at + 1] = place === ROWS - 1 ? 0 : place + 1;
  const smoothPeriod = s[SMOOTH_PERIOD]!;
  const period = Math.trunc(smoothPeriod + 0.5);
  let real = 0;
  let imaginary = 0;
  let from = ring + place;
  let angle = period * ROWS * 2;
  for (let k = 0; k < period; k++) {
    const price = s[from]!;
    real += circle[angle]! * price;
    imaginary += circle[angle + 1]! * price;
    from = from === ring ? ring + ROWS - 1 : from - 1;
    angle += 2;
  }
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
