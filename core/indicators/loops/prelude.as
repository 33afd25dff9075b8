// The steady rows of kernels: each function carries on from the numbers at `state`, laid out as the kernel of its name in TypeScript has them, and returns how
// many of `count` rows it did. It stops before a row that is not plain work (not warm, a NaN, a standstill), which the kernel then does itself. What it wrote of
// that row is written again. `options` are the kernel's numbers; a to d are addresses of its inputs' first rows, p to r of its outputs'. Sums run in the same
// order as there: the same bits.

/** Where passes may leave numbers: the scratch memory's slots. */
const TEMP: usize = 2048;

@inline function num(at: usize, k: i32): f64 {
  return load<f64>(at + (<usize>k << 3));
}

@inline function int(at: usize, k: i32): i32 {
  return <i32>load<f64>(at + (<usize>k << 3));
}

@inline function put(at: usize, k: i32, x: f64): void {
  store<f64>(at + (<usize>k << 3), x);
}

@inline function splat(x: f64): v128 {
  return f64x2.splat(x);
}

@inline function lane0(x: v128): f64 {
  return f64x2.extract_lane(x, 0);
}

@inline function lane1(x: v128): f64 {
  return f64x2.extract_lane(x, 1);
}

@inline function pair(x: f64, y: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(x), 1, y);
}

/** The last lane of one, then the first of the next: a pair of rows one row earlier. */
@inline function before(earlier: v128, now: v128): v128 {
  return v128.shuffle<f64>(earlier, now, 1, 2);
}

/** The second when it is more than the first, else the first, without a branch. */
@inline function higher(x: f64, y: f64): f64 {
  return lane0(f64x2.pmax(splat(x), splat(y)));
}

@inline function lower(x: f64, y: f64): f64 {
  return lane0(f64x2.pmin(splat(x), splat(y)));
}

/** One of two by a mask, without a branch. */
@inline function pick(mask: v128, yes: f64, no: f64): f64 {
  return lane0(v128.bitselect(splat(yes), splat(no), mask));
}

/** Whether some lane is NaN. */
@inline function hasNaN(x: v128): bool {
  return v128.any_true(f64x2.ne(x, x));
}

/** True range of two candles from their highs, lows and the closes before. */
@inline function trueRange(h: v128, l: v128, c: v128): v128 {
  const over = f64x2.sub(c, h);
  const under = f64x2.sub(l, c);
  const beyond = f64x2.add(f64x2.add(f64x2.add(over, f64x2.abs(over)), under), f64x2.abs(under));
  return f64x2.add(f64x2.sub(h, l), f64x2.mul(beyond, splat(0.5)));
}
