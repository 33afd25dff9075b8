/** Whether `count` numbers hold a NaN. */
@inline function someNaN(from: usize, count: i32): bool {
  const last = from + (<usize>count << 3);
  for (let at = from; at < last; at += 8) if (load<f64>(at) != load<f64>(at)) return true;
  return false;
}

@inline function extreme(x: v128, y: v128, isMax: bool): v128 {
  return isMax ? f64x2.pmax(x, y) : f64x2.pmin(x, y);
}

/** A pair and the one that a row later begins: the extremes of two. */
@inline function ofTwo(x: v128, next: v128, isMax: bool): v128 {
  return extreme(x, before(x, next), isMax);
}

/** Extremes of eight, from each of so many bytes of numbers on, which are read once. Returns whether one of those that it stands for in all is NaN. */
@inline function foldEight(bytes: usize, to: usize, from: usize, isMax: bool): bool {
  const p0 = v128.load(from);
  const p1 = v128.load(from, 16);
  let p2 = v128.load(from, 32);
  let p3 = v128.load(from, 48);
  let nans = v128.or(f64x2.ne(p0, p0), f64x2.ne(p1, p1));
  const one = ofTwo(p1, p2, isMax);
  let two = ofTwo(p2, p3, isMax);
  let x4 = extreme(ofTwo(p0, p1, isMax), one, isMax);
  let y4 = extreme(one, two, isMax);
  const end = from + bytes;
  for (; from < end; from += 32, to += 32) {
    const p4 = v128.load(from, 64);
    const p5 = v128.load(from, 80);
    nans = v128.or(nans, v128.or(f64x2.ne(p2, p2), f64x2.ne(p3, p3)));
    const three = ofTwo(p3, p4, isMax);
    const four = ofTwo(p4, p5, isMax);
    const nextX4 = extreme(two, three, isMax);
    const nextY4 = extreme(three, four, isMax);
    v128.store(to, extreme(x4, nextX4, isMax));
    v128.store(to, extreme(y4, nextY4, isMax), 16);
    x4 = nextX4;
    y4 = nextY4;
    p2 = p4;
    p3 = p5;
    two = four;
  }
  return v128.any_true(nans);
}

/**
 * Writes the extreme of the `n` numbers that begin at each of `count` places, a multiple of 8: passes that make a number stand for four times as many, in
 * `temp`, after one for the first eight. Returns 1, undone, when one is NaN. Reads up to seven numbers more than there are.
 */
@inline function fold(count: i32, n: i32, to: usize, from: usize, temp: usize, isMax: bool): i32 {
  if (someNaN(from + (<usize>count << 3), n - 1)) return 1;
  let width: i32 = 1;
  if (n >= 8) {
    if (foldEight(<usize>((count + n - 5) & ~3) << 3, n == 8 ? to : temp, from, isMax)) return 1;
    if (n == 8) return 0;
    width = 8;
    from = temp;
  }
  let nans = i64x2.splat(0);
  while (true) {
    const rest = n - width;
    const next = 4 * width < n ? 4 * width : n;
    const isLast = next == n;
    const into = isLast ? to : temp;
    const bytes = <usize>(isLast ? count : (count + n - next + 3) & ~3) << 3;
    const second = <usize>min<i32>(rest, width) << 3;
    const third = <usize>min<i32>(rest, 2 * width) << 3;
    const fourth = <usize>min<i32>(rest, 3 * width) << 3;
    const end = from + bytes;
    let out = into;
    if (rest <= width)
      for (let at = from; at < end; at += 32, out += 32) {
        const x = v128.load(at);
        const y = v128.load(at, 16);
        if (width == 1) nans = v128.or(nans, v128.or(f64x2.ne(x, x), f64x2.ne(y, y)));
        v128.store(out, extreme(x, v128.load(at + second), isMax));
        v128.store(out, extreme(y, v128.load(at + second, 16), isMax), 16);
      }
    else if (width == 1)
      for (let at = from; at < end; at += 32, out += 32) {
        const x = v128.load(at);
        const y = v128.load(at, 16);
        nans = v128.or(nans, v128.or(f64x2.ne(x, x), f64x2.ne(y, y)));
        const x1 = extreme(x, v128.load(at + second), isMax);
        const x2 = extreme(v128.load(at + third), v128.load(at + fourth), isMax);
        const y1 = extreme(y, v128.load(at + second, 16), isMax);
        const y2 = extreme(v128.load(at + third, 16), v128.load(at + fourth, 16), isMax);
        v128.store(out, extreme(x1, x2, isMax));
        v128.store(out, extreme(y1, y2, isMax), 16);
      }
    else
      for (let at = from; at < end; at += 32, out += 32) {
        const x1 = extreme(v128.load(at), v128.load(at + second), isMax);
        const x2 = extreme(v128.load(at + third), v128.load(at + fourth), isMax);
        const y1 = extreme(v128.load(at, 16), v128.load(at + second, 16), isMax);
        const y2 = extreme(v128.load(at + third, 16), v128.load(at + fourth, 16), isMax);
        v128.store(out, extreme(x1, x2, isMax));
        v128.store(out, extreme(y1, y2, isMax), 16);
      }
    if (width == 1 && v128.any_true(nans)) return 1;
    if (isLast) return 0;
    from = temp;
    width = next;
  }
}

/** `fold` in parts that stay in the first-level cache with what lies between passes. Returns how many rows it did: it stops before a part with a NaN. */
@inline function folds(count: i32, n: i32, to: usize, from: usize, temp: usize, isMax: bool): i32 {
  const most = n <= 64 ? 512 : 1024; // a long window is a large part of what a short pass reads
  for (let done = 0; done < count; done += most) {
    const bytes = <usize>done << 3;
    if (fold(min<i32>(most, count - done), n, to + bytes, from + bytes, temp, isMax)) return done;
  }
  return count;
}

export function foldMax(count: i32, n: i32, to: usize, from: usize, temp: usize): i32 {
  return folds(count, n, to, from, temp, true);
}

export function foldMin(count: i32, n: i32, to: usize, from: usize, temp: usize): i32 {
  return folds(count, n, to, from, temp, false);
}

/** A formula of windows' highest and lowest and the rows' own values: `rangeValue` in window-range.ts, two rows at a time. */
@inline function ofRange(kind: i32, highest: v128, lowest: v128, own: v128): v128 {
  if (kind == MIDDLE) return f64x2.mul(f64x2.add(highest, lowest), splat(0.5));
  const range = f64x2.sub(highest, lowest);
  const ends = f64x2.add(f64x2.abs(highest), f64x2.abs(lowest));
  const isFlat = f64x2.le(f64x2.abs(range), f64x2.mul(splat(1e-14), ends));
  const value =
    kind == FROM_TOP
      ? f64x2.div(f64x2.sub(highest, own), f64x2.div(range, splat(-100)))
      : f64x2.div(f64x2.sub(own, lowest), f64x2.div(range, splat(100)));
  return v128.andnot(value, isFlat);
}

const MIDDLE: i32 = 0;
const FROM_TOP: i32 = 1;
const FROM_BOTTOM: i32 = 2;

/**
 * A formula of the highest of `highs`, the lowest of `lows` and `own` for `count` rows, a multiple of 8, whose first windows of `n` begin at `highs` and `lows`. In parts small
 * enough that all of it stays in the first-level cache; `high` and `low` are for what lies between. Returns how many rows it did: it stops before a part with a NaN.
 */
@inline function range(count: i32, n: i32, to: usize, highs: usize, lows: usize, own: usize, high: usize, low: usize, kind: i32): i32 {
  for (let done = 0; done < count; done += 256) {
    const part = min<i32>(256, count - done);
    const bytes = <usize>done << 3;
    if (fold(part, n, high, highs + bytes, high, true)) return done;
    if (fold(part, n, low, lows + bytes, low, false)) return done;
    let nans = i64x2.splat(0);
    const end = <usize>part << 3;
    for (let at: usize = 0; at < end; at += 32) {
      const x = kind == MIDDLE ? nans : v128.load(own + bytes + at);
      const y = kind == MIDDLE ? nans : v128.load(own + bytes + at, 16);
      if (kind != MIDDLE) nans = v128.or(nans, v128.or(f64x2.ne(x, x), f64x2.ne(y, y)));
      v128.store(to + bytes + at, ofRange(kind, v128.load(high + at), v128.load(low + at), x));
      v128.store(to + bytes + at, ofRange(kind, v128.load(high + at, 16), v128.load(low + at, 16), y), 16);
    }
    if (v128.any_true(nans)) return done;
  }
  return count;
}

export function rangeMiddle(count: i32, n: i32, to: usize, highs: usize, lows: usize, own: usize, high: usize, low: usize): i32 {
  return range(count, n, to, highs, lows, own, high, low, MIDDLE);
}

export function rangeFromTop(count: i32, n: i32, to: usize, highs: usize, lows: usize, own: usize, high: usize, low: usize): i32 {
  return range(count, n, to, highs, lows, own, high, low, FROM_TOP);
}

export function rangeFromBottom(count: i32, n: i32, to: usize, highs: usize, lows: usize, own: usize, high: usize, low: usize): i32 {
  return range(count, n, to, highs, lows, own, high, low, FROM_BOTTOM);
}

/** The extreme of `n` numbers, at least 2. */
@inline function extremeOf(from: usize, n: i32, isMax: bool): f64 {
  const end = from + (<usize>n << 3) - 16;
  let x = v128.load(from);
  let y = v128.load(end);
  let at = from + 16;
  for (; at + 16 < end; at += 32) {
    x = extreme(x, v128.load(at), isMax);
    y = extreme(y, v128.load(at, 16), isMax);
  }
  if (at < end) x = extreme(x, v128.load(at), isMax);
  x = extreme(x, y, isMax);
  return isMax ? higher(lane0(x), lane1(x)) : lower(lane0(x), lane1(x));
}

/** How many rows before the last of `n` the value stands: the earliest of equals. */
@inline function earliest(from: usize, n: i32, value: f64): i32 {
  const values = splat(value);
  for (let k = 0; k < n; k += 2) {
    const found = i64x2.bitmask(f64x2.eq(v128.load(from + (<usize>k << 3)), values));
    if (found != 0) return n - 1 - k - ctz(found);
  }
  return 0;
}

/** The latest of equals among the `n` numbers up to the one at `last`. */
@inline function latest(last: usize, n: i32, value: f64): i32 {
  const values = splat(value);
  for (let k = 0; k < n; k += 2) {
    const found = i64x2.bitmask(f64x2.eq(v128.load(last - 8 - (<usize>k << 3)), values));
    if (found != 0) return found & 2 ? k : k + 1;
  }
  return 0;
}

/** options: period. */
@inline function extremeRow(count: i32, state: usize, options: usize, a: usize, p: usize, isMax: bool): i32 {
  const n = int(options, 0);
  let seen = int(state, 0);
  if (seen < n) return 0;
  let age = int(state, 1);
  let best = load<f64>(a - 8 - (<usize>age << 3));
  const back = <usize>(n - 1) << 3;
  const last = <usize>count << 3;
  let at: usize = 0;
  for (; at < last; at += 8) {
    const x = load<f64>(a + at);
    if (x != x) break;
    seen++;
    age++;
    if (age >= n) {
      const first = a + at - back;
      best = extremeOf(first, n, isMax);
      age = earliest(first, n, best);
    } else if (isMax ? x >= best : x <= best) {
      best = x;
      age = 0;
    }
    store<f64>(p + at, <f64>(seen - 1 - age));
  }
  put(state, 0, <f64>seen);
  put(state, 1, <f64>age);
  return <i32>(at >> 3);
}

export function maxindex(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return extremeRow(count, state, options, a, p, true);
}

export function minindex(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return extremeRow(count, state, options, a, p, false);
}

/** options: period, one less than the window. */
@inline function recency(count: i32, state: usize, options: usize, a: usize, b: usize, p: usize, q: usize, isDifference: bool): i32 {
  const n = int(options, 0);
  if (int(state, 0) <= n) return 0;
  let lowAge = int(state, 1);
  let highAge = int(state, 2);
  let lowest = load<f64>(b - 8 - (<usize>lowAge << 3));
  let highest = load<f64>(a - 8 - (<usize>highAge << 3));
  const factor = 100.0 / <f64>n;
  const back = <usize>n << 3;
  const last = <usize>count << 3;
  let at: usize = 0;
  for (; at < last; at += 8) {
    const h = load<f64>(a + at);
    const l = load<f64>(b + at);
    if (h + l != h + l) break;
    lowAge++;
    highAge++;
    if (l <= lowest) {
      lowest = l;
      lowAge = 0;
    } else if (lowAge > n) {
      lowest = extremeOf(b + at - back, n + 1, false);
      lowAge = latest(b + at, n + 1, lowest);
    }
    if (h >= highest) {
      highest = h;
      highAge = 0;
    } else if (highAge > n) {
      highest = extremeOf(a + at - back, n + 1, true);
      highAge = latest(a + at, n + 1, highest);
    }
    const up = factor * <f64>(n - highAge);
    const down = factor * <f64>(n - lowAge);
    if (isDifference) store<f64>(p + at, up - down);
    else {
      store<f64>(p + at, down);
      store<f64>(q + at, up);
    }
  }
  put(state, 1, <f64>lowAge);
  put(state, 2, <f64>highAge);
  return <i32>(at >> 3);
}

export function aroon(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize, q: usize): i32 {
  return recency(count, state, options, a, b, p, q, false);
}

export function aroonosc(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return recency(count, state, options, a, b, p, 0, true);
}
