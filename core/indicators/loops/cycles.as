@external("env", "atan")
declare function atan(x: f64): f64;
@external("env", "sin")
declare function sin(x: f64): f64;

// The layout of hilbert.ts.
const PREVIOUS: i32 = 5;
const DELAYED: i32 = 9;
const CYCLE: i32 = 13;
const LINES: usize = 160;
/** Numbers of the measurement: what a kernel keeps of its own comes behind. */
const OWN: i32 = 60;

const DEGREES: f64 = 45 / 0.7853981633974483;
const RADIANS: f64 = 0.7853981633974483 / 45;
const RING: i32 = 50;

/** What is computed from the measured cycle. */
const PERIOD: i32 = 0;
const PHASOR: i32 = 1;
const ADAPTIVE: i32 = 2;
const TRENDLINE: i32 = 3;
const PHASE: i32 = 4;
const SINE: i32 = 5;
const MODE: i32 = 6;

@inline function delay(line: usize, turn: usize, value: f64): f64 {
  const scaled = 0.0962 * value;
  const middle = 0.5769 * load<f64>(line, 32);
  const result = scaled - load<f64>(line + turn) - load<f64>(line, 24) + middle;
  store<f64>(line + turn, scaled);
  store<f64>(line, middle, 24);
  store<f64>(line, value, 32);
  return result;
}

/** Ehlers' trendline from the price at `last`; `own` holds the last three means. */
@inline function trendline(own: usize, last: usize, period: i32): f64 {
  let mean: f64 = 0;
  for (let k = last, end = last - (<usize>period << 3); k > end; k -= 8) mean += load<f64>(k);
  if (period > 0) mean /= <f64>period;
  const value = (4 * mean + 3 * load<f64>(own) + 2 * load<f64>(own, 8) + load<f64>(own, 16)) / 10;
  store<f64>(own, load<f64>(own, 8), 16);
  store<f64>(own, load<f64>(own), 8);
  store<f64>(own, mean);
  return value;
}

/** The phase of the dominant cycle; `own` holds the last one, the place in the ring, and the ring of smoothed prices. */
@inline function cyclePhase(own: usize, circle: usize, smoothed: f64, cycle: f64, period: i32): f64 {
  const ring = own + 16;
  const place = <i32>load<f64>(own, 8);
  store<f64>(ring + (<usize>place << 3), smoothed);
  store<f64>(own, <f64>(place == RING - 1 ? 0 : place + 1), 8);
  let parts = splat(0);
  let angle = circle + (<usize>(period * RING) << 4);
  const first = period <= place + 1 ? period : place + 1;
  let from = ring + (<usize>place << 3);
  for (let k = 0; k < first; k++, from -= 8, angle += 16)
    parts = f64x2.add(parts, f64x2.mul(v128.load(angle), v128.load_splat<f64>(from)));
  from = ring + (<usize>(RING - 1) << 3);
  for (let k = first; k < period; k++, from -= 8, angle += 16)
    parts = f64x2.add(parts, f64x2.mul(v128.load(angle), v128.load_splat<f64>(from)));
  const real = lane0(parts);
  const imaginary = lane1(parts);
  let phase = load<f64>(own);
  if (abs(imaginary) > 0) phase = atan(real / imaginary) * DEGREES;
  else if (real < 0) phase -= 90;
  else if (real > 0) phase += 90;
  phase += 90;
  phase += 360 / cycle;
  if (imaginary < 0) phase += 180;
  if (phase > 315) phase -= 360;
  store<f64>(own, phase);
  return phase;
}

/** 1 in a trend; `own` holds sine, lead sine, and the days of the trend. */
@inline function trendMode(own: usize, phase: f64, turned: f64, line: f64, smoothed: f64, period: f64): f64 {
  const sine = sin(phase * RADIANS);
  const lead = sin((phase + 45) * RADIANS);
  const oldSine = load<f64>(own);
  const oldLead = load<f64>(own, 8);
  let days = load<f64>(own, 16);
  let trend: f64 = 1;
  if ((sine > lead && oldSine <= oldLead) || (sine < lead && oldSine >= oldLead)) {
    days = 0;
    trend = 0;
  }
  store<f64>(own, sine);
  store<f64>(own, lead, 8);
  days += 1;
  store<f64>(own, days, 16);
  if (days < 0.5 * period) trend = 0;
  if (period != 0 && turned > (0.67 * 360) / period && turned < (1.5 * 360) / period) trend = 0;
  if (line != 0 && abs((smoothed - line) / line) >= 0.015) trend = 1;
  return trend;
}

/** The kernels over Ehlers' measurement of the dominant cycle, as hilbert.ts has it. */
@inline function cycle(count: i32, state: usize, options: usize, a: usize, p: usize, q: usize, kind: i32): i32 {
  let seen = int(state, 0);
  if (seen < 63 || (kind >= PHASE && num(options, 0) == 0)) return 0;
  let plain = num(state, 1);
  let weighted = num(state, 2);
  let leaving = num(state, 3);
  let turn = <usize>num(state, 4) << 3;
  let previousQ2 = num(state, PREVIOUS);
  let previousI2 = num(state, PREVIOUS + 1);
  let re = num(state, PREVIOUS + 2);
  let im = num(state, PREVIOUS + 3);
  let period = num(state, CYCLE);
  let smoothPeriod = num(state, CYCLE + 1);
  let q1 = num(state, CYCLE + 2);
  let i1 = num(state, CYCLE + 3);
  let smoothed = num(state, CYCLE + 4);
  const own = state + (<usize>OWN << 3);
  const last = <usize>count << 3;
  let at: usize = 0;
  for (; at < last; at += 8) {
    const x = load<f64>(a + at);
    if (x != x) break;
    const odd = <usize>(seen & 1);
    seen++;
    plain = plain + x - leaving;
    weighted = weighted + x * 4;
    smoothed = weighted * 0.1;
    weighted -= plain;
    leaving = load<f64>(a + at - 24);

    const gain = 0.075 * period + 0.54;
    const lines = state + LINES + odd * 160;
    const delayed = state + (<usize>DELAYED << 3) + (odd << 4);
    i1 = load<f64>(delayed, 8);
    const detrender = delay(lines, turn, smoothed) * gain;
    q1 = delay(lines + 40, turn, detrender) * gain;
    const ji = delay(lines + 80, turn, i1) * gain;
    const jq = delay(lines + 120, turn, q1) * gain;
    if (odd == 0) turn = turn == 16 ? 0 : turn + 8;
    const other = state + (<usize>DELAYED << 3) + ((1 - odd) << 4);
    store<f64>(other, load<f64>(other), 8);
    store<f64>(other, detrender);

    const q2 = 0.2 * (q1 + ji) + 0.8 * previousQ2;
    const i2 = 0.2 * (i1 - jq) + 0.8 * previousI2;
    re = 0.2 * (i2 * previousI2 + q2 * previousQ2) + 0.8 * re;
    im = 0.2 * (i2 * previousQ2 - q2 * previousI2) + 0.8 * im;
    let next = period;
    if (im != 0 && re != 0) next = 360 / (atan(im / re) * DEGREES);
    next = lower(next, 1.5 * period);
    next = higher(next, 0.67 * period);
    next = lower(higher(next, 6), 50);
    period = 0.2 * next + 0.8 * period;
    previousQ2 = q2;
    previousI2 = i2;
    smoothPeriod = 0.33 * period + 0.67 * smoothPeriod;

    if ((seen & 1023) == 0) {
      const b = load<f64>(a + at - 16);
      const c = load<f64>(a + at - 8);
      plain = leaving + b + c + x;
      weighted = b + 2 * c + 3 * x;
    }
    if (kind == PERIOD) store<f64>(p + at, smoothPeriod);
    else if (kind == PHASOR) {
      store<f64>(p + at, i1);
      store<f64>(q + at, q1);
    } else if (kind == ADAPTIVE) {
      const fast = num(options, 0);
      const phase = i1 != 0 ? atan(q1 / i1) * DEGREES : 0;
      const turned = load<f64>(own) - phase;
      store<f64>(own, phase);
      const alpha = turned > 1 ? higher(fast / turned, num(options, 1)) : fast;
      const mean = alpha * x + (1 - alpha) * load<f64>(own, 8);
      const follower = 0.5 * alpha * mean + (1 - 0.5 * alpha) * load<f64>(own, 16);
      store<f64>(own, mean, 8);
      store<f64>(own, follower, 16);
      store<f64>(p + at, mean);
      store<f64>(q + at, follower);
    } else {
      const rows = <i32>(smoothPeriod + 0.5);
      if (kind == TRENDLINE) store<f64>(p + at, trendline(own, a + at, rows));
      else {
        const before = load<f64>(own);
        const phase = cyclePhase(own, <usize>num(options, 0), smoothed, smoothPeriod, rows);
        if (kind == PHASE) store<f64>(p + at, phase);
        else if (kind == SINE) {
          store<f64>(p + at, sin(phase * RADIANS));
          store<f64>(q + at, sin((phase + 45) * RADIANS));
        } else {
          const line = trendline(own + 416, a + at, rows);
          store<f64>(p + at, trendMode(own + 440, phase, phase - before, line, smoothed, smoothPeriod));
        }
      }
    }
  }
  put(state, 0, <f64>seen);
  put(state, 1, plain);
  put(state, 2, weighted);
  put(state, 3, leaving);
  put(state, 4, <f64>(turn >> 3));
  put(state, PREVIOUS, previousQ2);
  put(state, PREVIOUS + 1, previousI2);
  put(state, PREVIOUS + 2, re);
  put(state, PREVIOUS + 3, im);
  put(state, CYCLE, period);
  put(state, CYCLE + 1, smoothPeriod);
  put(state, CYCLE + 2, q1);
  put(state, CYCLE + 3, i1);
  put(state, CYCLE + 4, smoothed);
  return <i32>(at >> 3);
}

export function htDcperiod(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return cycle(count, state, options, a, p, 0, PERIOD);
}

export function htPhasor(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize, q: usize): i32 {
  return cycle(count, state, options, a, p, q, PHASOR);
}

/** options: fast and slow limit. */
export function mama(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize, q: usize): i32 {
  return cycle(count, state, options, a, p, q, ADAPTIVE);
}

export function htTrendline(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return cycle(count, state, options, a, p, 0, TRENDLINE);
}

/** options of the last three: the address of the circle's sines and cosines. */
export function htDcphase(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return cycle(count, state, options, a, p, 0, PHASE);
}

export function htSine(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize, q: usize): i32 {
  return cycle(count, state, options, a, p, q, SINE);
}

export function htTrendmode(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return cycle(count, state, options, a, p, 0, MODE);
}
