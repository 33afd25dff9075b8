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
    const distance = largest(centre - load<f64>(from), load<f64>(from + (<usize>(k - 1) << 3)) - centre);
    if (count % 2 == 1) return distance;
    const under = low > 0 ? centre - load<f64>(from - 8) : Infinity;
    const over = low + k < count ? load<f64>(from + (<usize>k << 3)) - centre : Infinity;
    return (smallest(under, over) + distance) / 2;
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
    largest(f64x2.extract_lane(top, 0), f64x2.extract_lane(top, 1)) -
    smallest(f64x2.extract_lane(bottom, 0), f64x2.extract_lane(bottom, 1))
  );
}
