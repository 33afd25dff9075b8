/** options: the three periods, ascending, rows between refreshes. Sums and the ring hold pressure and range side by side. */
export function ultosc(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  const n1 = int(options, 0);
  const n2 = int(options, 1);
  const n3 = int(options, 2);
  const every = int(options, 3);
  const seen = int(state, 0);
  if (seen <= n3) return 0;
  let previous = num(state, 1);
  let place = int(state, 2);
  let s1 = pair(num(state, 3), num(state, 6));
  let s2 = pair(num(state, 4), num(state, 7));
  let s3 = pair(num(state, 5), num(state, 8));
  const ring = state + 80;
  const due = every - (seen % every) - 1;
  const last = <usize>(due < count ? due : count) << 3;
  let at: usize = 0;
  for (; at < last; at += 8) {
    const h = load<f64>(a + at);
    const l = load<f64>(b + at);
    const close = load<f64>(c + at);
    const over = previous - h;
    const under = l - previous;
    const gap = (under + abs(under)) * 0.5;
    const range = h - l + (over + abs(over)) * 0.5 + gap;
    // a candle without range, or a NaN: the kernel's own
    if (!(range > 0) || close != close) break;
    const fresh = pair(close - l + gap, range);
    const back1 = place < n1 ? place - n1 + n3 : place - n1;
    const back2 = place < n2 ? place - n2 + n3 : place - n2;
    const cell = ring + (<usize>place << 4);
    s1 = f64x2.add(s1, f64x2.sub(fresh, v128.load(ring + (<usize>back1 << 4))));
    s2 = f64x2.add(s2, f64x2.sub(fresh, v128.load(ring + (<usize>back2 << 4))));
    s3 = f64x2.add(s3, f64x2.sub(fresh, v128.load(cell)));
    v128.store(cell, fresh);
    place = place == n3 - 1 ? 0 : place + 1;
    previous = close;
    const ranges = v128.shuffle<f64>(s1, s2, 1, 3);
    const shares = v128.and(f64x2.div(v128.shuffle<f64>(s1, s2, 0, 2), ranges), f64x2.gt(ranges, splat(0)));
    const slow = lane1(s3) > 0 ? lane0(s3) / lane1(s3) : 0;
    store<f64>(p + at, (100 * (4 * lane0(shares) + 2 * lane1(shares) + slow)) / 7);
  }
  put(state, 0, <f64>(seen + <i32>(at >> 3)));
  put(state, 1, previous);
  put(state, 2, <f64>place);
  put(state, 3, lane0(s1));
  put(state, 4, lane0(s2));
  put(state, 5, lane0(s3));
  put(state, 6, lane1(s1));
  put(state, 7, lane1(s2));
  put(state, 8, lane1(s3));
  if (at > 0) put(state, 9, 0);
  return <i32>(at >> 3);
}

/** options: period, rows between refreshes. */
export function mfi(count: i32, state: usize, options: usize, a: usize, b: usize, c: usize, d: usize, p: usize): i32 {
  const n = int(options, 0);
  const every = int(options, 1);
  const seen = int(state, 0);
  if (seen < n) return 0;
  let previous = num(state, 1);
  let sums = pair(num(state, 2), num(state, 3));
  let place = int(state, 4);
  let quiet = int(state, 5);
  const ring = state + 48;
  const signs = pair(1, -1);
  const due = every - (seen % every) - 1;
  const last = <usize>(due < count ? due : count) << 3;
  let at: usize = 0;
  for (; at < last; at += 8) {
    const typical = (load<f64>(a + at) + load<f64>(b + at) + load<f64>(c + at)) / 3;
    const money = typical * load<f64>(d + at);
    if (money - money != 0) break; // NaN or infinite
    const change = typical - previous;
    const level = 1e-14 * (abs(typical) + abs(previous));
    previous = typical;
    // -money, 0 or money
    const isMoved = f64x2.gt(splat(abs(change)), splat(level));
    const flow = lane0(v128.and(splat(pick(f64x2.gt(splat(change), splat(0)), money, -money)), isMoved));
    const cell = ring + (<usize>place << 3);
    const old = load<f64>(cell);
    sums = f64x2.sub(sums, f64x2.add(splat(abs(old)), f64x2.mul(splat(old), signs)));
    store<f64>(cell, flow);
    sums = f64x2.add(sums, f64x2.add(splat(abs(flow)), f64x2.mul(splat(flow), signs)));
    place = place == n - 1 ? 0 : place + 1;
    quiet = select<i32>(quiet + 1, 0, flow == 0);
    if (quiet >= n) sums = splat(0);
    const total = lane0(sums) + lane1(sums);
    store<f64>(p + at, total > 0 ? 100 * (min<f64>(max<f64>(lane0(sums), 0), total) / total) : 0);
  }
  put(state, 0, <f64>(seen + <i32>(at >> 3)));
  put(state, 1, previous);
  put(state, 2, lane0(sums));
  put(state, 3, lane1(sums));
  put(state, 4, <f64>place);
  put(state, 5, <f64>quiet);
  return <i32>(at >> 3);
}
