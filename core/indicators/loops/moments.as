/** Means of the absolute deviations of the `n` numbers that begin at each of 8 places from their mean. */
@inline function deviations(from: usize, n: i32, means: usize, results: usize): void {
  const whole = splat(<f64>n);
  const end = from + (<usize>n << 3);
  let m0 = splat(0);
  let m1 = m0;
  let m2 = m0;
  let m3 = m0;
  for (let at = end - 8; at >= from; at -= 8) {
    m0 = f64x2.add(m0, v128.load(at));
    m1 = f64x2.add(m1, v128.load(at, 16));
    m2 = f64x2.add(m2, v128.load(at, 32));
    m3 = f64x2.add(m3, v128.load(at, 48));
  }
  m0 = f64x2.div(m0, whole);
  m1 = f64x2.div(m1, whole);
  m2 = f64x2.div(m2, whole);
  m3 = f64x2.div(m3, whole);
  let d0 = splat(0);
  let d1 = d0;
  let d2 = d0;
  let d3 = d0;
  for (let at = end - 8; at >= from; at -= 8) {
    d0 = f64x2.add(d0, f64x2.abs(f64x2.sub(v128.load(at), m0)));
    d1 = f64x2.add(d1, f64x2.abs(f64x2.sub(v128.load(at, 16), m1)));
    d2 = f64x2.add(d2, f64x2.abs(f64x2.sub(v128.load(at, 32), m2)));
    d3 = f64x2.add(d3, f64x2.abs(f64x2.sub(v128.load(at, 48), m3)));
  }
  v128.store(means, m0);
  v128.store(means, m1, 16);
  v128.store(means, m2, 32);
  v128.store(means, m3, 48);
  v128.store(results, f64x2.div(d0, whole));
  v128.store(results, f64x2.div(d1, whole), 16);
  v128.store(results, f64x2.div(d2, whole), 32);
  v128.store(results, f64x2.div(d3, whole), 48);
}

/** options: period. */
export function avgdev(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  const n = int(options, 0);
  if (int(state, 0) < n - 1) return 0;
  const back = <usize>(n - 1) << 3;
  const last = <usize>(count & ~7) << 3;
  let at: usize = 0;
  for (; at < last; at += 64) {
    if (someNaN(a + at, 8)) break;
    deviations(a + at - back, n, TEMP, p + at);
  }
  return <i32>(at >> 3);
}

/** options: period. The state's ring goes from the place of the oldest price. */
export function cci(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  const n = int(options, 0);
  if (int(state, 0) < n - 1) return 0;
  const place = int(state, 1);
  const ring = state + 16;
  const means = TEMP;
  const spreads = TEMP + 64;
  const prices = TEMP + 128;
  const tail = <usize>(n - 1) << 3;
  // the last n - 1 prices, oldest first: the one at `place` leaves with the next row
  for (let k = 1; k < n; k++) {
    const from = place + k < n ? place + k : place + k - n;
    put(prices, k - 1, num(ring, from));
  }
  const last = <usize>(count & ~7) << 3;
  let at: usize = 0;
  for (; at < last; at += 64) {
    const fresh = prices + tail + at;
    let nans = i64x2.splat(0);
    for (let k: usize = 0; k < 64; k += 16) {
      const sum = f64x2.add(f64x2.add(v128.load(a + at + k), v128.load(b + at + k)), v128.load(c + at + k));
      const typical = f64x2.div(sum, splat(3));
      nans = v128.or(nans, f64x2.ne(typical, typical));
      v128.store(fresh + k, typical);
    }
    if (v128.any_true(nans)) break;
    deviations(prices + at, n, means, spreads);
    for (let k: usize = 0; k < 64; k += 16) {
      const mean = v128.load(means + k);
      const spread = v128.load(spreads + k);
      const above = f64x2.sub(v128.load(fresh + k), mean);
      const level = f64x2.mul(splat(1e-14), f64x2.abs(mean));
      const isLevel = v128.or(f64x2.le(f64x2.abs(above), level), f64x2.le(spread, level));
      v128.store(p + at + k, v128.andnot(f64x2.div(above, f64x2.mul(splat(0.015), spread)), isLevel));
    }
  }
  const done = <i32>(at >> 3);
  const next = (place + done) % n;
  for (let k = 1; k < n; k++) {
    const to = next + k < n ? next + k : next + k - n;
    put(ring, to, num(prices, done + k - 1));
  }
  put(state, 1, <f64>next);
  return done;
}

/** options: period, rows between rebuilds of the sums, deviations; `isRoot`: so many standard deviations. */
@inline function spread(count: i32, state: usize, options: usize, a: usize, p: usize, isRoot: bool): i32 {
  const n = int(options, 0);
  if (n == 1 || int(state, 0) != n - 1) return 0;
  const turn = int(options, 1);
  const factor = num(options, 2);
  const inverse = 1.0 / <f64>n;
  const back = <usize>(n - 1) << 3;
  let shift = num(state, 1);
  let sum = num(state, 2);
  let squares = num(state, 3);
  let left = int(state, 4);
  let leaving = num(state, 5);
  const last = <usize>count << 3;
  let at: usize = 0;
  for (; at < last; at += 8) {
    const deviation = load<f64>(a + at) - shift;
    const gone = leaving * leaving;
    sum += deviation - leaving;
    squares += deviation * deviation - gone;
    const mean = sum * inverse;
    const square = squares * inverse;
    let value = square - mean * mean;
    if (left == 1 || !((value >= 1e-6 * square) & (gone <= 1e6 * squares))) {
      if (value != value) break;
      left = turn;
      const first = a + at - back;
      let total: f64 = 0;
      for (let k = first; k <= a + at; k += 8) total += load<f64>(k);
      shift = total * inverse;
      sum = squares = 0;
      for (let k = first; k <= a + at; k += 8) {
        const e = load<f64>(k) - shift;
        sum += e;
        squares += e * e;
      }
      const rest = sum * inverse;
      const square = squares * inverse;
      value = square - rest * rest;
      if (value < 1e-12 * square) value = 0;
    } else left--;
    leaving = load<f64>(a + at - back) - shift;
    store<f64>(p + at, isRoot ? sqrt(value) * factor : value);
  }
  put(state, 1, shift);
  put(state, 2, sum);
  put(state, 3, squares);
  put(state, 4, <f64>left);
  put(state, 5, leaving);
  return <i32>(at >> 3);
}

export function variance(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return spread(count, state, options, a, p, false);
}

export function stddev(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return spread(count, state, options, a, p, true);
}

/** options: period, rows between rebuilds of the sums. */
export function correl(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  const n = int(options, 0);
  if (n == 1 || int(state, 0) != n - 1) return 0;
  const turn = int(options, 1);
  const inverse = 1.0 / <f64>n;
  const inverses = splat(inverse);
  const back = <usize>(n - 1) << 3;
  let left = int(state, 1);
  let shift = v128.load(state, 16);
  let sum = v128.load(state, 32);
  let squares = v128.load(state, 48);
  let product = num(state, 8);
  let gone = v128.load(state, 72);
  const last = <usize>count << 3;
  let at: usize = 0;
  for (; at < last; at += 8) {
    const both = load<f64>(a + at) + load<f64>(b + at);
    if (both != both) break;
    const x = f64x2.sub(pair(load<f64>(a + at), load<f64>(b + at)), shift);
    sum = f64x2.add(sum, x);
    squares = f64x2.add(squares, f64x2.mul(x, x));
    product += lane0(x) * lane1(x);
    let spreads = f64x2.sub(squares, f64x2.mul(f64x2.mul(sum, sum), inverses));
    let common = product - lane0(sum) * lane1(sum) * inverse;
    left--;
    const isStale = v128.or(
      f64x2.lt(spreads, f64x2.mul(splat(1e-6), squares)),
      f64x2.gt(gone, f64x2.mul(splat(1e6), squares)),
    );
    if (left <= 0 || v128.any_true(isStale)) {
      left = turn;
      let total = splat(0);
      for (let k = at - back; <isize>k <= <isize>at; k += 8) total = f64x2.add(total, pair(load<f64>(a + k), load<f64>(b + k)));
      shift = f64x2.mul(total, inverses);
      sum = squares = splat(0);
      product = 0;
      for (let k = at - back; <isize>k <= <isize>at; k += 8) {
        const u = f64x2.sub(pair(load<f64>(a + k), load<f64>(b + k)), shift);
        sum = f64x2.add(sum, u);
        squares = f64x2.add(squares, f64x2.mul(u, u));
        product += lane0(u) * lane1(u);
      }
      spreads = f64x2.max(splat(0), f64x2.sub(squares, f64x2.mul(f64x2.mul(sum, sum), inverses)));
      common = product - lane0(sum) * lane1(sum) * inverse;
    }
    let value: f64 = 0;
    if (i64x2.all_true(f64x2.gt(spreads, f64x2.mul(splat(1e-14), squares)))) {
      value = common / sqrt(lane0(spreads) * lane1(spreads));
      value = value > 1 ? 1 : value < -1 ? -1 : value;
    }
    store<f64>(p + at, value);
    const old = f64x2.sub(pair(load<f64>(a + at - back), load<f64>(b + at - back)), shift);
    gone = f64x2.mul(old, old);
    sum = f64x2.sub(sum, old);
    squares = f64x2.sub(squares, gone);
    product -= lane0(old) * lane1(old);
  }
  put(state, 1, <f64>left);
  v128.store(state, shift, 16);
  v128.store(state, sum, 32);
  v128.store(state, squares, 48);
  put(state, 8, product);
  v128.store(state, gone, 72);
  return <i32>(at >> 3);
}

/** One-row returns of both series at a place; 0 where the old value is as good as zero. */
@inline function returns(a: usize, b: usize, at: usize): v128 {
  const old = pair(load<f64>(a + at - 8), load<f64>(b + at - 8));
  const now = pair(load<f64>(a + at), load<f64>(b + at));
  return v128.andnot(f64x2.div(f64x2.sub(now, old), old), f64x2.lt(f64x2.abs(old), splat(1e-14)));
}

/** options: period, rows between rebuilds of the sums. */
export function beta(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  const n = int(options, 0);
  if (n == 1 || int(state, 0) != n) return 0;
  const turn = int(options, 1);
  const rows = <f64>n;
  const back = <usize>(n - 1) << 3;
  let left = int(state, 1);
  let shift = v128.load(state, 16);
  let sum = v128.load(state, 32);
  /** Of x² and of xy. */
  let products = v128.load(state, 48);
  let gone = num(state, 8);
  const last = <usize>count << 3;
  let at: usize = 0;
  for (; at < last; at += 8) {
    const both = load<f64>(a + at) + load<f64>(b + at);
    if (both != both) break;
    const x = f64x2.sub(returns(a, b, at), shift);
    sum = f64x2.add(sum, x);
    products = f64x2.add(products, f64x2.mul(splat(lane0(x)), x));
    let sumX = lane0(sum);
    let scale = rows * lane0(products);
    let spread = scale - sumX * sumX;
    left--;
    if (spread < 1e-6 * scale || gone > 1e3 * lane0(products) || left <= 0) {
      left = turn;
      let total = splat(0);
      for (let k = at - back; <isize>k <= <isize>at; k += 8) total = f64x2.add(total, returns(a, b, k));
      shift = f64x2.div(total, splat(rows));
      sum = products = splat(0);
      for (let k = at - back; <isize>k <= <isize>at; k += 8) {
        const u = f64x2.sub(returns(a, b, k), shift);
        sum = f64x2.add(sum, u);
        products = f64x2.add(products, f64x2.mul(splat(lane0(u)), u));
      }
      sumX = lane0(sum);
      scale = rows * lane0(products);
      spread = max<f64>(0, scale - sumX * sumX);
    }
    store<f64>(p + at, spread > 1e-14 * scale ? (rows * lane1(products) - sumX * lane1(sum)) / spread : 0);
    const old = f64x2.sub(returns(a, b, at - back), shift);
    const parts = f64x2.mul(splat(lane0(old)), old);
    gone = lane0(parts);
    sum = f64x2.sub(sum, old);
    products = f64x2.sub(products, parts);
  }
  put(state, 1, <f64>left);
  v128.store(state, shift, 16);
  v128.store(state, sum, 32);
  v128.store(state, products, 48);
  put(state, 8, gone);
  return <i32>(at >> 3);
}
