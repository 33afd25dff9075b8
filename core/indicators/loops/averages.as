/** End of the rows that come before the one after which a sum is refreshed: that one is the kernel's own. */
@inline function beforeRefresh(count: i32, seen: i32, every: i32): usize {
  const due = every - (seen % every) - 1;
  return <usize>(due < count ? due : count) << 3;
}

/** options: period, rows between refreshes; `isMean`: the sum over the period. */
@inline function sliding(count: i32, state: usize, options: usize, a: usize, p: usize, isMean: bool): i32 {
  const n = int(options, 0);
  const every = int(options, 1);
  const seen = int(state, 0);
  if (seen < n) return 0;
  let sum = num(state, 1);
  const whole = <f64>n;
  const back = <usize>n << 3;
  const last = beforeRefresh(count, seen, every);
  let at: usize = 0;
  for (; at < last; at += 8) {
    sum += load<f64>(a + at) - load<f64>(a + at - back);
    if (sum != sum) break;
    store<f64>(p + at, isMean ? sum / whole : sum);
  }
  put(state, 0, <f64>(seen + <i32>(at >> 3)));
  put(state, 1, sum);
  return <i32>(at >> 3);
}

export function sma(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return sliding(count, state, options, a, p, true);
}

export function sum(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  return sliding(count, state, options, a, p, false);
}

/** options: period, rows between refreshes. */
export function wma(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  const n = int(options, 0);
  const every = int(options, 1);
  const seen = int(state, 0);
  if (seen < n) return 0;
  let plain = num(state, 1);
  let weighted = num(state, 2);
  const newest = <f64>n;
  const weights = (newest * (newest + 1)) / 2;
  const back = <usize>n << 3;
  const last = beforeRefresh(count, seen, every);
  let at: usize = 0;
  for (; at < last; at += 8) {
    const x = load<f64>(a + at);
    weighted += newest * x - plain;
    plain += x - load<f64>(a + at - back);
    if (weighted != weighted) break;
    store<f64>(p + at, weighted / weights);
  }
  put(state, 0, <f64>(seen + <i32>(at >> 3)));
  put(state, 1, plain);
  put(state, 2, weighted);
  return <i32>(at >> 3);
}

/** options: weights of the new value and of the average, values until warm. */
export function tema(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  if (num(state, 0) != num(options, 2)) return 0;
  const fresh = num(options, 0);
  const kept = num(options, 1);
  let e1 = num(state, 2);
  let e2 = num(state, 4);
  let e3 = num(state, 6);
  const last = <usize>count << 3;
  let at: usize = 0;
  for (; at < last; at += 8) {
    e1 = fresh * load<f64>(a + at) + kept * e1;
    e2 = fresh * e1 + kept * e2;
    e3 = fresh * e2 + kept * e3;
    const value = 3 * e1 - 3 * e2 + e3;
    if (value != value) break;
    store<f64>(p + at, value);
  }
  put(state, 2, e1);
  put(state, 4, e2);
  put(state, 6, e3);
  return <i32>(at >> 3);
}

/** options: weights of the new value and of the average, values until warm. */
export function trix(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  if (num(state, 0) != num(options, 2)) return 0;
  const fresh = num(options, 0);
  const kept = num(options, 1);
  let e1 = num(state, 2);
  let e2 = num(state, 4);
  let e3 = num(state, 6);
  const last = <usize>count << 3;
  let at: usize = 0;
  for (; at < last; at += 8) {
    const previous = e3;
    e1 = fresh * load<f64>(a + at) + kept * e1;
    e2 = fresh * e1 + kept * e2;
    e3 = fresh * e2 + kept * e3;
    if (e3 != e3) break;
    store<f64>(p + at, previous != 0 ? (e3 / previous - 1) * 100 : 0);
  }
  put(state, 2, e1);
  put(state, 4, e2);
  put(state, 6, e3);
  return <i32>(at >> 3);
}

/** options: weights of the new value and of the average, values until warm, weights of the sixth to the third average. */
export function t3(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  if (num(state, 0) != num(options, 2)) return 0;
  const fresh = num(options, 0);
  const kept = num(options, 1);
  const c1 = num(options, 3);
  const c2 = num(options, 4);
  const c3 = num(options, 5);
  const c4 = num(options, 6);
  let e1 = num(state, 2);
  let e2 = num(state, 4);
  let e3 = num(state, 6);
  let e4 = num(state, 8);
  let e5 = num(state, 10);
  let e6 = num(state, 12);
  const last = <usize>count << 3;
  let at: usize = 0;
  for (; at < last; at += 8) {
    e1 = fresh * load<f64>(a + at) + kept * e1;
    e2 = fresh * e1 + kept * e2;
    e3 = fresh * e2 + kept * e3;
    e4 = fresh * e3 + kept * e4;
    e5 = fresh * e4 + kept * e5;
    e6 = fresh * e5 + kept * e6;
    const value = c1 * e6 + c2 * e5 + c3 * e4 + c4 * e3;
    if (value != value) break;
    store<f64>(p + at, value);
  }
  put(state, 2, e1);
  put(state, 4, e2);
  put(state, 6, e3);
  put(state, 8, e4);
  put(state, 10, e5);
  put(state, 12, e6);
  return <i32>(at >> 3);
}

/** options: period, rows between refreshes, weight of the slowest average, and from there to the fastest. */
export function kama(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  const n = int(options, 0);
  const every = int(options, 1);
  const seen = int(state, 0);
  if (n == 1 || seen <= n) return 0;
  const slowest = splat(num(options, 2));
  const span = splat(num(options, 3));
  let travel = num(state, 1);
  let mean = num(state, 2);
  let quiet = int(state, 3);
  const back = <usize>n << 3;
  const last = beforeRefresh(count, seen, every) & ~15;
  let at: usize = 0;
  for (; at < last; at += 16) {
    const x = v128.load(a + at);
    const first = v128.load(a + at - back);
    const move = f64x2.abs(f64x2.sub(x, v128.load(a + at - 8)));
    const gone = f64x2.abs(f64x2.sub(v128.load(a + at - back - 8), first));
    const more = f64x2.sub(move, gone);
    let travel0 = travel + lane0(more);
    let travel1 = travel0 + lane1(more);
    if (v128.any_true(f64x2.eq(move, splat(0)))) {
      quiet = lane0(move) == 0 ? quiet + 1 : 0;
      if (quiet >= n) travel0 = 0;
      travel1 = travel0 + lane1(more);
      quiet = lane1(move) == 0 ? quiet + 1 : 0;
      if (quiet >= n) travel1 = 0;
    } else quiet = 0;
    const travels = pair(travel0, travel1);
    const way = f64x2.sub(x, first);
    const isStraight = v128.or(f64x2.le(travels, splat(0)), f64x2.le(travels, way));
    const efficiency = v128.bitselect(splat(1), f64x2.abs(f64x2.div(way, travels)), isStraight);
    const root = f64x2.add(f64x2.mul(efficiency, span), slowest);
    const weight = f64x2.mul(root, root);
    const mean0 = (lane0(x) - mean) * lane0(weight) + mean;
    const mean1 = (lane1(x) - mean0) * lane1(weight) + mean0;
    if (mean1 != mean1) break;
    v128.store(p + at, pair(mean0, mean1));
    travel = travel1;
    mean = mean1;
  }
  put(state, 0, <f64>(seen + <i32>(at >> 3)));
  put(state, 1, travel);
  put(state, 2, mean);
  put(state, 3, <f64>quiet);
  return <i32>(at >> 3);
}
