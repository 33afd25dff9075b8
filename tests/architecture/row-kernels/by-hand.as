/** `SortedWindow` of core/indicators/rolling, with searches that have no branch to guess and moves of two values at a time. */
@unmanaged class SortedWindow {
  n: i32;
  size: i32;
  s: usize;
  p: i32;
  /** The value pushed last, how many held ones are less, and the value that left for it. */
  x: f64;
  less: i32;
  left: f64;

  again(): void {
    this.p = <i32>load<f64>(this.s);
  }
  keep(): void {
    store<f64>(this.s, <f64>this.p);
  }

  /** Address of the lowest value. */
  @inline get first(): usize {
    return this.s + ((<usize>this.n + 2) << 3);
  }
  @inline get held(): i32 {
    return <i32>load<f64>(this.s, 8);
  }
  get_count(): f64 {
    return load<f64>(this.s, 8);
  }

  countAtMost(x: f64): i32 {
    const first = this.first;
    let low = 0;
    let length = this.held;
    while (length > 0) {
      const half = length >> 1;
      const isBelow = load<f64>(first + (<usize>(low + half) << 3)) <= x;
      low = select<i32>(low + half + 1, low, isBelow);
      length = select<i32>(length - half - 1, half, isBelow);
    }
    return low;
  }

  push(x: f64): void {
    const ring = this.s + 16 + (<usize>this.p << 3);
    const old = load<f64>(ring);
    store<f64>(ring, x);
    this.p = this.p + 1 == this.n ? 0 : this.p + 1;
    const count = this.held;
    const first = this.first;
    // the values below x and below the leaving one, by halving: neither search waits for the other
    let place = first;
    let at = first;
    let length = count;
    for (; length > 1; length -= length >> 1) {
      const half = <usize>(length >> 1) << 3;
      place += select<usize>(half, 0, load<f64>(place + half - 8) < x);
      at += select<usize>(half, 0, load<f64>(at + half - 8) < old);
    }
    if (length > 0) {
      place += select<usize>(8, 0, load<f64>(place) < x);
      at += select<usize>(8, 0, load<f64>(at) < old);
    }
    this.x = x;
    this.left = old;
    if (count < this.n) {
      store<f64>(this.s, <f64>(count + 1), 8);
      this.left = NaN;
      at = first + (<usize>count << 3);
    }
    if (at < place) {
      place -= 8;
      for (; at + 8 < place; at += 16) v128.store(at, v128.load(at, 8));
      if (at < place) store<f64>(at, load<f64>(at, 8));
    } else {
      for (; at > place + 8; at -= 16) v128.store(at - 8, v128.load(at - 16));
      if (at > place) store<f64>(at, load<f64>(at - 8));
    }
    store<f64>(place, x);
    this.less = <i32>((place - first) >> 3);
  }

  @inline get_below(): f64 {
    return <f64>this.less;
  }
  get_above(): f64 {
    const above = this.held - this.less - 1;
    if (above == 0 || load<f64>(this.first + (<usize>this.less << 3), 8) > this.x) return <f64>above;
    return <f64>(this.held - this.countAtMost(this.x));
  }
  @inline get_belowBefore(): f64 {
    return <f64>(this.less + <i32>(this.left < this.x));
  }

  @inline at(i: f64): f64 {
    return load<f64>(this.first + (<usize>(<i32>i) << 3));
  }
  quantile(q: f64): f64 {
    const place = q * (load<f64>(this.s, 8) - 1.0);
    const low = floor<f64>(place);
    const a = this.at(low);
    const rest = place - low;
    return rest > 0 ? a + rest * (this.at(low + 1) - a) : a;
  }
  medianDistance(centre: f64): f64 {
    const first = this.first;
    const count = this.held;
    const k = (count + 1) >> 1;
    let low = 0;
    let length = count - k;
    while (length > 0) {
      const half = length >> 1;
      const at = first + (<usize>(low + half) << 3);
      const isFar = centre - load<f64>(at) > load<f64>(at + (<usize>k << 3)) - centre;
      low = select<i32>(low + half + 1, low, isFar);
      length = select<i32>(length - half - 1, half, isFar);
    }
    const from = first + (<usize>low << 3);
    const distance = higher(centre - load<f64>(from), load<f64>(from + (<usize>(k - 1) << 3)) - centre);
    if (count % 2 == 1) return distance;
    const under = low > 0 ? centre - load<f64>(from - 8) : Infinity;
    const over = low + k < count ? load<f64>(from + (<usize>k << 3)) - centre : Infinity;
    return (lower(under, over) + distance) / 2;
  }
}

function new_SortedWindow(n: i32): SortedWindow {
  const self = changetype<SortedWindow>(take(offsetof<SortedWindow>()));
  self.n = n;
  self.size = 2 + 2 * n;
  return self;
}

function own_SortedWindow(cell: SortedWindow): SortedWindow {
  cell.s = share(cell.size);
  cell.again();
  return cell;
}

/** `rangeOf` of hurst.ts: four sums at a time, and neither extreme a branch. */
function rangeOf(sums: usize, from: i32, size: i32, mean: f64): f64 {
  let at = sums + (<usize>from << 3);
  const newest = load<f64>(at + (<usize>size << 3)) - <f64>size * mean;
  let top = f64x2.replace_lane(f64x2.splat(load<f64>(at)), 1, newest);
  let bottom = top;
  const means = f64x2.splat(mean);
  const step = f64x2.splat(4);
  // the first stands alone where the others are odd in number; the newest has just been written, and a load of two would wait for it
  let place = f64x2.replace_lane(f64x2.splat(<f64>(size & 1)), 1, <f64>((size & 1) + 1));
  at += <usize>(size & 1) << 3;
  let left = size >> 1;
  if (left & 1) {
    const deviation = f64x2.sub(v128.load(at), f64x2.mul(place, means));
    top = f64x2.pmax(top, deviation);
    bottom = f64x2.pmin(bottom, deviation);
    place = f64x2.add(place, f64x2.splat(2));
    at += 16;
  }
  // two pairs side by side, so that neither waits for the other's place
  let place2 = f64x2.add(place, f64x2.splat(2));
  let top2 = top;
  let bottom2 = bottom;
  for (left >>= 1; left > 0; left--, at += 32) {
    const deviation = f64x2.sub(v128.load(at), f64x2.mul(place, means));
    const deviation2 = f64x2.sub(v128.load(at, 16), f64x2.mul(place2, means));
    top = f64x2.pmax(top, deviation);
    bottom = f64x2.pmin(bottom, deviation);
    top2 = f64x2.pmax(top2, deviation2);
    bottom2 = f64x2.pmin(bottom2, deviation2);
    place = f64x2.add(place, step);
    place2 = f64x2.add(place2, step);
  }
  top = f64x2.pmax(top, top2);
  bottom = f64x2.pmin(bottom, bottom2);
  return (
    higher(f64x2.extract_lane(top, 0), f64x2.extract_lane(top, 1)) -
    lower(f64x2.extract_lane(bottom, 0), f64x2.extract_lane(bottom, 1))
  );
}

const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/**
 * Math.log of two positive numbers as V8 computes it, the same bits: with x = 2^k (1 + f) and s = f / (2 + f), ln(1 + f) is 2s and a polynomial in s of odd powers
 * (coefficients of FreeBSD's e_log.c). Infinite ones and those within 2^-20 of a power of two are left to V8.
 */
function lnPair(x: v128): v128 {
  const high = i64x2.shr_u(x, 32);
  const h = v128.and(high, i32x4.splat(0xfffff));
  const near = i32x4.lt_s(v128.and(i32x4.add(h, i32x4.splat(2)), i32x4.splat(0xfffff)), i32x4.splat(3));
  const infinite = i32x4.ge_s(high, i32x4.splat(0x7ff00000));
  if (v128.any_true(v128.and(v128.or(near, infinite), i32x4(-1, 0, -1, 0))))
    return f64x2.replace_lane(f64x2.splat(js_log(f64x2.extract_lane(x, 0))), 1, js_log(f64x2.extract_lane(x, 1)));
  // from 1 / sqrt(2) to sqrt(2), so that f is small
  const upper = v128.and(i32x4.add(h, i32x4.splat(0x95f64)), i32x4.splat(0x100000));
  const k = i32x4.add(i32x4.sub(i32x4.shr_u(high, 20), i32x4.splat(1023)), i32x4.shr_u(upper, 20));
  const e = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(k, k, 0, 2, 0, 2));
  const scaled = v128.or(h, v128.xor(upper, i32x4.splat(0x3ff00000)));
  const f = f64x2.sub(v128.or(v128.and(x, i64x2.splat(0xffffffff)), i64x2.shl(scaled, 32)), f64x2.splat(1));
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const even = f64x2.mul(w, along(w, along(w, f64x2.splat(1.531383769920937332e-1), 2.222219843214978396e-1), 3.999999999940941908e-1));
  const third = along(w, along(w, f64x2.splat(1.479819860511658591e-1), 1.818357216161805012e-1), 2.857142874366239149e-1);
  const r = f64x2.add(f64x2.mul(z, along(w, third, 6.666666666666735130e-1)), even);
  const half = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f);
  const low = f64x2.mul(e, f64x2.splat(LN2_LOW));
  const far = f64x2.sub(half, f64x2.add(f64x2.mul(s, f64x2.add(half, r)), low));
  const close = f64x2.sub(f64x2.mul(s, f64x2.sub(f, r)), low);
  const between = v128.or(i32x4.sub(h, i32x4.splat(0x6147a)), i32x4.sub(i32x4.splat(0x6b851), h));
  const isFar = i32x4.gt_s(between, i32x4.splat(0));
  const rest = v128.bitselect(far, close, v128.shuffle<i32>(isFar, isFar, 0, 0, 2, 2));
  return f64x2.sub(f64x2.mul(e, f64x2.splat(LN2_HIGH)), f64x2.sub(rest, f));
}

/** c + w x. */
@inline function along(w: v128, x: v128, c: f64): v128 {
  return f64x2.add(f64x2.splat(c), f64x2.mul(w, x));
}

/** `slopeOf` of hurst.ts: two logarithms at a time. */
function slopeOf(points: usize, scale: f64): f64 {
  const count = <i32>load<f64>(points);
  if (count < 2) return 0.5;
  if (count & 1) store<f64>(points + (<usize>count << 3), 2, 40);
  v128.store(points, lnPair(v128.load(points, 40)), 40);
  if (count > 2) v128.store(points, lnPair(v128.load(points, 56)), 56);
  const last = points + (<usize>count << 3);
  let mx = 0.0;
  let my = 0.0;
  for (let at = points; at < last; at += 8) {
    mx += load<f64>(at, 8);
    my += load<f64>(at, 40);
  }
  mx /= <f64>count;
  my /= <f64>count;
  let xx = 0.0;
  let xy = 0.0;
  for (let at = points; at < last; at += 8) {
    const x = load<f64>(at, 8) - mx;
    xx += x * x;
    xy += x * (load<f64>(at, 40) - my);
  }
  return xx > 0 ? scale * (xy / xx) : 0.5;
}
