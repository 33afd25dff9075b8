// What the translated row features stand on: a stack for cells, and numbers by their addresses.

/** Where the next cell goes, and where the next share of the state begins. */
let top: usize = 0;
let state: usize = 0;

@inline function take(bytes: usize): usize {
  const at = top;
  top += (bytes + 15) & ~15;
  return at;
}

function zeros(count: i32): usize {
  const at = take(<usize>count << 3);
  memory.fill(at, 0, <usize>count << 3);
  return at;
}

@inline function share(count: i32): usize {
  const at = state;
  state += <usize>count << 3;
  return at;
}

@inline function put(values: usize, place: i32, x: f64): f64 {
  store<f64>(values + (<usize>place << 3), x);
  return x;
}

@inline function added(values: usize, place: i32, x: f64): f64 {
  return put(values, place, load<f64>(values + (<usize>place << 3)) + x);
}

@inline function addedAfter(values: usize, place: i32, x: f64): f64 {
  const old = load<f64>(values + (<usize>place << 3));
  put(values, place, old + x);
  return old;
}

function fill(values: usize, x: f64, from: i32, to: i32): void {
  for (let i = from; i < to; i++) store<f64>(values + (<usize>i << 3), x);
}

@inline function sign(x: f64): f64 {
  return x > 0 ? 1 : x < 0 ? -1 : x;
}

@inline function rounded(x: f64): f64 {
  return floor<f64>(x + 0.5);
}

// V8 makes a branch of a choice between two doubles, which prices make it guess wrong: the vectors' own choices are none.

/** The second when it is more than the first, else the first. */
@inline function higher(a: f64, b: f64): f64 {
  return f64x2.extract_lane(f64x2.pmax(f64x2.splat(a), f64x2.splat(b)), 0);
}

/** The second when it is less than the first, else the first. */
@inline function lower(a: f64, b: f64): f64 {
  return f64x2.extract_lane(f64x2.pmin(f64x2.splat(a), f64x2.splat(b)), 0);
}

/** Math.max of two. */
@inline function largest(a: f64, b: f64): f64 {
  return f64x2.extract_lane(f64x2.max(f64x2.splat(a), f64x2.splat(b)), 0);
}

/** Math.min of two. */
@inline function smallest(a: f64, b: f64): f64 {
  return f64x2.extract_lane(f64x2.min(f64x2.splat(a), f64x2.splat(b)), 0);
}

/** One of two doubles by a mask. */
@inline function chosen(mask: v128, yes: f64, no: f64): f64 {
  return f64x2.extract_lane(v128.bitselect(f64x2.splat(yes), f64x2.splat(no), mask), 0);
}
