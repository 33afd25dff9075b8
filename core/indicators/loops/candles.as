/** options: period, weights of the average and of the new range; `inPercent` of the close. */
@inline function averageRange(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, p: usize, inPercent: bool): i32 {
  if (num(state, 0) <= num(options, 0)) return 0;
  const keep = num(options, 1);
  const share = splat(num(options, 2));
  let mean = num(state, 1);
  let closes = splat(num(state, 2));
  const last = <usize>(count & ~1) << 3;
  let at: usize = 0;
  for (; at < last; at += 16) {
    const now = v128.load(c + at);
    const range = f64x2.mul(trueRange(v128.load(a + at), v128.load(b + at), before(closes, now)), share);
    const first = mean * keep + lane0(range);
    const second = first * keep + lane1(range);
    const means = pair(first, second);
    if (hasNaN(f64x2.add(means, now))) break;
    if (inPercent) {
      const share = f64x2.mul(f64x2.div(means, now), splat(100));
      v128.store(p + at, v128.and(share, f64x2.ne(now, splat(0))));
    } else v128.store(p + at, means);
    mean = second;
    closes = now;
  }
  put(state, 1, mean);
  put(state, 2, lane1(closes));
  return <i32>(at >> 3);
}

export function atr(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return averageRange(count, state, options, a, b, c, p, false);
}

export function natr(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return averageRange(count, state, options, a, b, c, p, true);
}

/** Two candles' movements up and down, each 0 where the other is as large. */
@inline function moved(more: v128, less: v128): v128 {
  return f64x2.mul(v128.and(f64x2.gt(more, less), more), splat(0.5));
}

/** Whether any of two candles' prices is NaN or infinite. */
@inline function isOdd(h: v128, l: v128, c: v128): bool {
  return hasNaN(f64x2.mul(f64x2.add(f64x2.add(h, l), c), splat(0)));
}

/** options: period, what is kept of a sum; `isMean`: averages the index, too. */
@inline function directionalIndex(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, p: usize, isMean: bool): i32 {
  const n = num(options, 0);
  if (num(state, 0) <= (isMean ? 2 * n - 1 : n)) return 0;
  const keep = num(options, 1);
  const keeps = splat(keep);
  let moves = pair(num(state, 1), num(state, 2));
  let range = num(state, 3);
  let highs = splat(num(state, 4));
  let lows = splat(num(state, 5));
  let closes = splat(num(state, 6));
  let value = num(state, 7);
  const last = <usize>(count & ~1) << 3;
  let at: usize = 0;
  for (; at < last; at += 16) {
    const h = v128.load(a + at);
    const l = v128.load(b + at);
    const now = v128.load(c + at);
    if (isOdd(h, l, now)) break;
    const up = f64x2.sub(h, before(highs, h));
    const down = f64x2.sub(before(lows, l), l);
    const gain = f64x2.add(up, f64x2.abs(up));
    const loss = f64x2.add(down, f64x2.abs(down));
    const rise = moved(gain, loss);
    const fall = moved(loss, gain);
    const span = trueRange(h, l, before(closes, now));
    const moves0 = f64x2.add(f64x2.mul(moves, keeps), v128.shuffle<f64>(rise, fall, 0, 2));
    const moves1 = f64x2.add(f64x2.mul(moves0, keeps), v128.shuffle<f64>(rise, fall, 1, 3));
    const range0 = range * keep + lane0(span);
    const range1 = range0 * keep + lane1(span);
    const plus = v128.shuffle<f64>(moves0, moves1, 0, 2);
    const minus = v128.shuffle<f64>(moves0, moves1, 1, 3);
    const ranges = pair(range0, range1);
    const total = f64x2.add(plus, minus);
    const share = f64x2.div(f64x2.mul(splat(100), total), ranges);
    // neither range nor movement as good as nothing; false for NaN
    if (!i64x2.all_true(v128.and(f64x2.gt(ranges, splat(0)), f64x2.ge(share, splat(1e-14))))) break;
    const index = f64x2.div(f64x2.mul(splat(100), f64x2.abs(f64x2.sub(minus, plus))), total);
    if (isMean) {
      const parts = f64x2.div(index, splat(n));
      const first = value * keep + lane0(parts);
      value = first * keep + lane1(parts);
      v128.store(p + at, pair(first, value));
    } else {
      v128.store(p + at, index);
      value = lane1(index);
    }
    moves = moves1;
    range = range1;
    highs = h;
    lows = l;
    closes = now;
  }
  put(state, 1, lane0(moves));
  put(state, 2, lane1(moves));
  put(state, 3, range);
  put(state, 4, lane1(highs));
  put(state, 5, lane1(lows));
  put(state, 6, lane1(closes));
  put(state, 7, value);
  return <i32>(at >> 3);
}

export function adx(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return directionalIndex(count, state, options, a, b, c, p, true);
}

export function dx(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return directionalIndex(count, state, options, a, b, c, p, false);
}

/** options: period, what is kept of a sum, 100 or 1. */
@inline function directional(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, p: usize, isUp: bool): i32 {
  if (num(state, 0) <= num(options, 0)) return 0;
  const keeps = splat(num(options, 1));
  const scale = splat(num(options, 2));
  let sums = pair(num(state, 1), num(state, 2));
  let highs = splat(num(state, 3));
  let lows = splat(num(state, 4));
  let closes = splat(num(state, 5));
  const last = <usize>(count & ~1) << 3;
  let at: usize = 0;
  for (; at < last; at += 16) {
    const h = v128.load(a + at);
    const l = v128.load(b + at);
    const now = v128.load(c + at);
    if (isOdd(h, l, now)) break;
    const up = f64x2.sub(h, before(highs, h));
    const down = f64x2.sub(before(lows, l), l);
    const gain = f64x2.add(up, f64x2.abs(up));
    const loss = f64x2.add(down, f64x2.abs(down));
    const move = isUp ? moved(gain, loss) : moved(loss, gain);
    const span = trueRange(h, l, before(closes, now));
    const sums0 = f64x2.add(f64x2.mul(sums, keeps), v128.shuffle<f64>(move, span, 0, 2));
    sums = f64x2.add(f64x2.mul(sums0, keeps), v128.shuffle<f64>(move, span, 1, 3));
    const moves = v128.shuffle<f64>(sums0, sums, 0, 2);
    const ranges = v128.shuffle<f64>(sums0, sums, 1, 3);
    v128.store(p + at, v128.and(f64x2.mul(scale, f64x2.div(moves, ranges)), f64x2.gt(ranges, splat(0))));
    highs = h;
    lows = l;
    closes = now;
  }
  put(state, 1, lane0(sums));
  put(state, 2, lane1(sums));
  put(state, 3, lane1(highs));
  put(state, 4, lane1(lows));
  put(state, 5, lane1(closes));
  return <i32>(at >> 3);
}

export function plusDi(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return directional(count, state, options, a, b, c, p, true);
}

export function minusDi(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return directional(count, state, options, a, b, c, p, false);
}

/** options: period, weights of the average and of the new change. */
@inline function gainShare(count: i32, state: usize, options: usize, a: usize, p: usize, isBalance: bool): i32 {
  if (num(state, 0) <= num(options, 0)) return 0;
  const keeps = splat(num(options, 1));
  const share = splat(num(options, 2));
  let sums = pair(num(state, 1), num(state, 2));
  let values = splat(num(state, 3));
  const last = <usize>(count & ~1) << 3;
  let at: usize = 0;
  for (; at < last; at += 16) {
    const x = v128.load(a + at);
    const change = f64x2.sub(x, before(values, x));
    const size = f64x2.abs(change);
    const gain = f64x2.mul(f64x2.add(size, change), share);
    const loss = f64x2.mul(f64x2.sub(size, change), share);
    const sums0 = f64x2.add(f64x2.mul(sums, keeps), v128.shuffle<f64>(gain, loss, 0, 2));
    const sums1 = f64x2.add(f64x2.mul(sums0, keeps), v128.shuffle<f64>(gain, loss, 1, 3));
    const gains = v128.shuffle<f64>(sums0, sums1, 0, 2);
    const losses = v128.shuffle<f64>(sums0, sums1, 1, 3);
    const total = f64x2.add(gains, losses);
    const part = isBalance ? f64x2.sub(gains, losses) : gains;
    if (hasNaN(total)) break;
    v128.store(p + at, v128.and(f64x2.mul(splat(100), f64x2.div(part, total)), f64x2.gt(total, splat(0))));
    sums = sums1;
    values = x;
  }
  put(state, 1, lane0(sums));
  put(state, 2, lane1(sums));
  put(state, 3, lane1(values));
  return <i32>(at >> 3);
}

export function rsi(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return gainShare(count, state, options, a, p, false);
}

export function cmo(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return gainShare(count, state, options, a, p, true);
}

/** Takes no options: what a candle adds to the line is 0 without range, NaN when some of it is. */
export function ad(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  let total = num(state, 0);
  const last = <usize>(count & ~1) << 3;
  let at: usize = 0;
  for (; at < last; at += 16) {
    const h = v128.load(a + at);
    const l = v128.load(b + at);
    const close = v128.load(c + at);
    const volume = v128.load(d + at);
    const range = f64x2.sub(h, l);
    const place = f64x2.div(f64x2.sub(f64x2.sub(close, l), f64x2.sub(h, close)), range);
    const none = f64x2.mul(splat(0), f64x2.add(f64x2.add(range, close), volume));
    const flow = v128.bitselect(f64x2.mul(place, volume), none, f64x2.gt(range, splat(0)));
    const first = total + lane0(flow);
    const second = first + lane1(flow);
    if (second != second) break;
    v128.store(p + at, pair(first, second));
    total = second;
  }
  put(state, 0, total);
  return <i32>(at >> 3);
}

/** options: rows until warm, new and old weight of the fast average, then of the slow one. */
export function adosc(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  if (num(state, 0) < num(options, 0)) return 0;
  const fresh = pair(num(options, 1), num(options, 3));
  const kept = pair(num(options, 2), num(options, 4));
  let line = num(state, 1);
  let means = pair(num(state, 2), num(state, 3));
  const last = <usize>(count & ~1) << 3;
  let at: usize = 0;
  for (; at < last; at += 16) {
    const l = v128.load(b + at);
    const close = v128.load(c + at);
    const volume = v128.load(d + at);
    const range = f64x2.sub(v128.load(a + at), l);
    const place = f64x2.div(f64x2.sub(f64x2.mul(splat(2), f64x2.sub(close, l)), range), range);
    const none = f64x2.mul(splat(0), f64x2.add(f64x2.add(range, close), volume));
    const flow = v128.bitselect(f64x2.mul(place, volume), none, f64x2.gt(range, splat(0)));
    const first = line + lane0(flow);
    const second = first + lane1(flow);
    const means0 = f64x2.add(f64x2.mul(fresh, splat(first)), f64x2.mul(kept, means));
    const means1 = f64x2.add(f64x2.mul(fresh, splat(second)), f64x2.mul(kept, means0));
    if (hasNaN(means1)) break;
    v128.store(p + at, f64x2.sub(v128.shuffle<f64>(means0, means1, 0, 2), v128.shuffle<f64>(means0, means1, 1, 3)));
    line = second;
    means = means1;
  }
  put(state, 1, line);
  put(state, 2, lane0(means));
  put(state, 3, lane1(means));
  return <i32>(at >> 3);
}

/** options of both: offset on a reversal, then the first step, the further ones and the most, long and then short; extended, a short stop is negative. */
@inline function parabolic(count: i32, state: usize, options: usize, a: usize, b: usize, p: usize, isExtended: bool): i32 {
  if (num(state, 0) < 2) return 0;
  const offset = num(options, 0);
  const sign: f64 = isExtended ? -1 : 1;
  const firstLong = num(options, 1);
  const stepLong = num(options, 2);
  const mostLong = num(options, 3);
  const firstShort = num(options, 4);
  const stepShort = num(options, 5);
  const mostShort = num(options, 6);
  let isLong = num(state, 1) == 1;
  let stop = num(state, 2);
  let extreme = num(state, 3);
  let factor = num(state, 4);
  let ph = num(state, 5);
  let pl = num(state, 6);
  const last = <usize>count << 3;
  let at: usize = 0;
  for (; at < last; at += 8) {
    const h = load<f64>(a + at);
    const l = load<f64>(b + at);
    if (h + l != h + l) break;
    const top = higher(ph, h);
    const bottom = lower(pl, l);
    if (isLong) {
      if (l <= stop) {
        isLong = false;
        stop = higher(extreme, top);
        if (offset != 0) stop += stop * offset;
        store<f64>(p + at, sign * stop);
        factor = firstShort;
        extreme = l;
        stop = higher(stop + factor * (extreme - stop), top);
      } else {
        store<f64>(p + at, stop);
        factor = pick(f64x2.gt(splat(h), splat(extreme)), lower(factor + stepLong, mostLong), factor);
        extreme = higher(extreme, h);
        stop = lower(stop + factor * (extreme - stop), bottom);
      }
    } else if (h >= stop) {
      isLong = true;
      stop = lower(extreme, bottom);
      if (offset != 0) stop -= stop * offset;
      store<f64>(p + at, stop);
      factor = firstLong;
      extreme = h;
      stop = lower(stop + factor * (extreme - stop), bottom);
    } else {
      store<f64>(p + at, sign * stop);
      factor = pick(f64x2.lt(splat(l), splat(extreme)), lower(factor + stepShort, mostShort), factor);
      extreme = lower(extreme, l);
      stop = higher(stop + factor * (extreme - stop), top);
    }
    ph = h;
    pl = l;
  }
  put(state, 1, isLong ? 1 : 0);
  put(state, 2, stop);
  put(state, 3, extreme);
  put(state, 4, factor);
  put(state, 5, ph);
  put(state, 6, pl);
  return <i32>(at >> 3);
}

export function sar(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return parabolic(count, state, options, a, b, p, false);
}

export function sarext(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return parabolic(count, state, options, a, b, p, true);
}
