/**
 * Ehlers' dominant-cycle measurement by a Hilbert transform (Rocket Science for Traders, 2001), as TA-Lib carries it: the price is smoothed
 * by a 4-row weighted mean, detrended, split into in-phase and quadrature parts, and their homodyne product gives the cycle period.
 * All of it lives in a Float64Array that belongs to the caller's state.
 */

const A = 0.0962;
const B = 0.5769;
const DEGREES = 45 / Math.atan(1);

const COUNT = 0;
const PLAIN = 1;
const WEIGHTED = 2;
const LEAVING = 3;
/** Which third of the delay lines is next; it turns every other row. */
const TURN = 4;
const PREVIOUS_Q2 = 5;
const PREVIOUS_I2 = 6;
const REAL = 7;
const IMAGINARY = 8;
/** In-phase values two and three rows old, for even rows and then for odd ones. */
const DELAYED = 9;
/** Eight delay lines of [three old values, last product, last input]: detrender, Q1, jI, jQ on even rows, then on odd ones. */
const LINES = 20;

/** Measured cycle period, before the last smoothing. */
export const PERIOD = 13;
/** Smoothed cycle period in rows. */
export const SMOOTH_PERIOD = 14;
export const QUADRATURE = 15;
export const IN_PHASE = 16;
export const SMOOTHED_PRICE = 17;
/** Numbers that the measurement keeps. */
export const HILBERT_STATE = LINES + 40;

/**
 * Takes the next price, `xs[at]`; that of three rows before leaves the weighted mean after this row. (A number handed over is a number allocated.)
 * The transform starts at the `start`-th price since the last reset (counted from 0).
 * @returns prices taken so far, this one included
 */
export function takePrice(s: Float64Array, xs: Float64Array, at: number, start: number): number {
  const x = xs[at]!;
  // whole-number arithmetic: the remainder of a double is slow
  const count = s[COUNT]! | 0;
  s[COUNT] = count + 1;
  if (count < 3) {
    s[PLAIN]! += x;
    s[WEIGHTED]! += x * (count + 1);
    return count + 1;
  }
  const plain = s[PLAIN]! + x - s[LEAVING]!;
  const weighted = s[WEIGHTED]! + x * 4;
  const smoothed = weighted * 0.1;
  s[PLAIN] = plain;
  s[WEIGHTED] = weighted - plain;
  s[LEAVING] = xs[(at - 3) | 0]!;
  s[SMOOTHED_PRICE] = smoothed;
  if (count >= start) transform(s, count & 1);
  return count + 1;
}

/** Recomputes the weighted mean's sums from the last four prices, oldest first, so that they never drift. */
export function refreshPrice(s: Float64Array, a: number, b: number, c: number, d: number): void {
  s[PLAIN] = a + b + c + d;
  s[WEIGHTED] = b + 2 * c + 3 * d;
  s[LEAVING] = a;
}

function transform(s: Float64Array, odd: number): void {
  const smoothed = s[SMOOTHED_PRICE]!;
  const period = s[PERIOD]!;
  const gain = 0.075 * period + 0.54;
  const lines = LINES + 20 * odd;
  const turn = s[TURN]! | 0;
  const i1 = s[DELAYED + 2 * odd + 1]!;
  const detrender = delay(s, lines, turn, smoothed) * gain;
  const q1 = delay(s, lines + 5, turn, detrender) * gain;
  const ji = delay(s, lines + 10, turn, i1) * gain;
  const jq = delay(s, lines + 15, turn, q1) * gain;
  if (odd === 0) s[TURN] = turn === 2 ? 0 : turn + 1;
  // what is detrended on this row is in phase three rows later, on a row of the other parity
  const other = DELAYED + 2 * (1 - odd);
  s[other + 1] = s[other]!;
  s[other] = detrender;

  const previousQ2 = s[PREVIOUS_Q2]!;
  const previousI2 = s[PREVIOUS_I2]!;
  const q2 = 0.2 * (q1 + ji) + 0.8 * previousQ2;
  const i2 = 0.2 * (i1 - jq) + 0.8 * previousI2;
  const re = 0.2 * (i2 * previousI2 + q2 * previousQ2) + 0.8 * s[REAL]!;
  const im = 0.2 * (i2 * previousQ2 - q2 * previousI2) + 0.8 * s[IMAGINARY]!;
  let next = period;
  if (im !== 0 && re !== 0) next = 360 / (Math.atan(im / re) * DEGREES);
  if (next > 1.5 * period) next = 1.5 * period;
  if (next < 0.67 * period) next = 0.67 * period;
  if (next < 6) next = 6;
  else if (next > 50) next = 50;
  next = 0.2 * next + 0.8 * period;
  s[PREVIOUS_Q2] = q2;
  s[PREVIOUS_I2] = i2;
  s[REAL] = re;
  s[IMAGINARY] = im;
  s[PERIOD] = next;
  s[SMOOTH_PERIOD] = 0.33 * next + 0.67 * s[SMOOTH_PERIOD]!;
  s[QUADRATURE] = q1;
  s[IN_PHASE] = i1;
}

/** One step of a delay line: A (now - 6 rows ago) + B (2 rows ago - 4 rows ago). */
function delay(s: Float64Array, line: number, turn: number, value: number): number {
  const scaled = A * value;
  const middle = B * s[line + 4]!;
  const result = scaled - s[line + turn]! - s[line + 3]! + middle;
  s[line + turn] = scaled;
  s[line + 3] = middle;
  s[line + 4] = value;
  return result;
}
