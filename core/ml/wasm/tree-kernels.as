// Kernels of the tree trainer, in AssemblyScript (compiled by build.ts). They work on raw addresses of one imported shared memory;
// core/ml/trees/plain-kernels.ts has the same functions as plain JavaScript loops, and a test holds the two equal to the bit.
// A histogram is 256 pairs of f64 per feature: gradient sum, and hessian sum with the row count packed into its low bits.
// All summands are integers small enough for every sum to be exact, so the order of additions never matters.

/** Adds the pairs at `gh` (in the order of `rows`) to the histograms of four columns of bins. */
export function histogram4(
  c0: usize,
  c1: usize,
  c2: usize,
  c3: usize,
  rows: usize,
  count: usize,
  gh: usize,
  h: usize,
): void {
  for (let i: usize = 0; i < count; i++) {
    const r: usize = load<u32>(rows + (i << 2));
    const v = v128.load(gh + (i << 4));
    const a0 = h + ((<usize>load<u8>(c0 + r)) << 4);
    v128.store(a0, f64x2.add(v128.load(a0), v));
    const a1 = h + ((<usize>load<u8>(c1 + r)) << 4);
    v128.store(a1, f64x2.add(v128.load(a1, 4096), v), 4096);
    const a2 = h + ((<usize>load<u8>(c2 + r)) << 4);
    v128.store(a2, f64x2.add(v128.load(a2, 8192), v), 8192);
    const a3 = h + ((<usize>load<u8>(c3 + r)) << 4);
    v128.store(a3, f64x2.add(v128.load(a3, 12288), v), 12288);
  }
}

/** The same where the rows are `first`, `first + 1`, …: their bins are read four rows at a time. */
export function histogram4Dense(
  c0: usize,
  c1: usize,
  c2: usize,
  c3: usize,
  first: usize,
  count: usize,
  gh: usize,
  h: usize,
): void {
  for (let i: usize = 0; i < count; i++) {
    const r = first + i;
    const v = v128.load(gh + (i << 4));
    const a0 = h + ((<usize>load<u8>(c0 + r)) << 4);
    v128.store(a0, f64x2.add(v128.load(a0), v));
    const a1 = h + ((<usize>load<u8>(c1 + r)) << 4);
    v128.store(a1, f64x2.add(v128.load(a1, 4096), v), 4096);
    const a2 = h + ((<usize>load<u8>(c2 + r)) << 4);
    v128.store(a2, f64x2.add(v128.load(a2, 8192), v), 8192);
    const a3 = h + ((<usize>load<u8>(c3 + r)) << 4);
    v128.store(a3, f64x2.add(v128.load(a3, 12288), v), 12288);
  }
}

/** from[i] -= what[i] over `pairs` pairs: a sibling's histogram out of its parent's. */
export function subtract(from: usize, what: usize, pairs: usize): void {
  for (let i: usize = 0; i < pairs; i++) {
    const a = from + (i << 4);
    v128.store(a, f64x2.sub(v128.load(a), v128.load(what + (i << 4))));
  }
}

/** out[i] = gh[rows[i]] for pairs. */
export function gather(gh: usize, rows: usize, count: usize, out: usize): void {
  for (let i: usize = 0; i < count; i++)
    v128.store(out + (i << 4), v128.load(gh + ((<usize>load<u32>(rows + (i << 2))) << 4)));
}

/** Splits rows, in order, into those whose bin has table[bin] = 1 and the others. Returns how many went left. */
export function partition(
  column: usize,
  rows: usize,
  count: usize,
  table: usize,
  left: usize,
  right: usize,
): usize {
  let l: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const r = load<u32>(rows + (i << 2));
    store<u32>(left + (l << 2), r);
    store<u32>(right + ((i - l) << 2), r);
    l += load<u8>(table + <usize>load<u8>(column + <usize>r));
  }
  return l;
}

/** Smallest and largest value and the count of NaN among `count` values, to out[0 .. 3). */
export function range(values: usize, count: usize, out: usize): void {
  let low = f64x2.splat(Infinity);
  let high = f64x2.splat(-Infinity);
  let missing = i64x2.splat(0);
  const pairs = count >> 1;
  for (let i: usize = 0; i < pairs; i++) {
    const x = v128.load(values + (i << 4));
    low = f64x2.pmin(low, x);
    high = f64x2.pmax(high, x);
    missing = i64x2.sub(missing, f64x2.ne(x, x));
  }
  let least = f64x2.extract_lane(low, 0);
  let most = f64x2.extract_lane(high, 0);
  let nans = i64x2.extract_lane(missing, 0) + i64x2.extract_lane(missing, 1);
  if (f64x2.extract_lane(low, 1) < least) least = f64x2.extract_lane(low, 1);
  if (f64x2.extract_lane(high, 1) > most) most = f64x2.extract_lane(high, 1);
  if (count & 1) {
    const x = load<f64>(values + ((count - 1) << 3));
    if (x < least) least = x;
    if (x > most) most = x;
    if (x != x) nans++;
  }
  store<f64>(out, least);
  store<f64>(out, most, 8);
  store<f64>(out, <f64>nans, 16);
}

/** Sorts values (no NaN, no -0) in place, by their bits, 11 at a time; `temp` is as long, `counts` has 2048 places of 4 bytes. */
export function sort(values: usize, count: usize, temp: usize, counts: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const k = load<u64>(values + (i << 3));
    store<u64>(values + (i << 3), k ^ (<u64>(<i64>k >> 63) | 0x8000000000000000));
  }
  let from = values;
  let to = temp;
  for (let shift: u64 = 0; shift < 64; shift += 11) {
    memory.fill(counts, 0, 8192);
    for (let i: usize = 0; i < count; i++) {
      const c = counts + (<usize>((load<u64>(from + (i << 3)) >> shift) & 2047) << 2);
      store<u32>(c, load<u32>(c) + 1);
    }
    const first = counts + (<usize>((load<u64>(from) >> shift) & 2047) << 2);
    if (load<u32>(first) == count) continue;
    let sum: u32 = 0;
    for (let c: usize = 0; c < 8192; c += 4) {
      const n = load<u32>(counts + c);
      store<u32>(counts + c, sum);
      sum += n;
    }
    for (let i: usize = 0; i < count; i++) {
      const k = load<u64>(from + (i << 3));
      const c = counts + (<usize>((k >> shift) & 2047) << 2);
      const at = load<u32>(c);
      store<u32>(c, at + 1);
      store<u64>(to + ((<usize>at) << 3), k);
    }
    const swap = from;
    from = to;
    to = swap;
  }
  for (let i: usize = 0; i < count; i++) {
    const k = load<u64>(from + (i << 3));
    store<u64>(values + (i << 3), k ^ (<u64>(<i64>~k >> 63) | 0x8000000000000000));
  }
}

/** e^x for -700 <= x <= 0: x = k ln 2 + r, then the series of e^r to the 13th power (error under 1e-16). */
// @ts-ignore: decorator
@inline
function expLanes(x: v128): v128 {
  const shifter = f64x2.splat(6755399441056767); // 1.5 * 2^52 + 1023: the sum's low bits are the exponent field of 2^k
  const t = f64x2.add(f64x2.mul(x, f64x2.splat(1.4426950408889634)), shifter);
  const k = f64x2.sub(t, shifter);
  let r = f64x2.sub(x, f64x2.mul(k, f64x2.splat(0.6931471803691238)));
  r = f64x2.sub(r, f64x2.mul(k, f64x2.splat(1.9082149292705877e-10)));
  let p = f64x2.splat(1.0 / 6227020800.0);
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 479001600.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 39916800.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 3628800.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 362880.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 40320.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 5040.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 720.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 120.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 24.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 6.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0));
  return f64x2.mul(p, i64x2.shl(t, 52));
}

/**
 * Gradient and hessian pairs of the logistic loss, two rows at a time; `count` may be odd where there is room for one row more.
 * Weights (address 0: none) and the weight of label 1 multiply both.
 */
export function logistic(scores: usize, labels: usize, weights: usize, positive: f64, count: usize, gh: usize): void {
  const one = f64x2.splat(1.0);
  const zero = f64x2.splat(0.0);
  const ups = f64x2.splat(positive);
  for (let i: usize = 0; i < count; i += 2) {
    const s = v128.load(scores + (i << 3));
    const y = v128.load(labels + (i << 3));
    const z = expLanes(f64x2.pmax(f64x2.splat(-700.0), f64x2.neg(f64x2.abs(s))));
    const p = f64x2.div(v128.bitselect(one, z, f64x2.ge(s, zero)), f64x2.add(one, z));
    let w = v128.bitselect(ups, one, f64x2.eq(y, one));
    if (weights != 0) w = f64x2.mul(w, v128.load(weights + (i << 3)));
    const g = f64x2.mul(f64x2.sub(p, y), w);
    const h = f64x2.mul(f64x2.mul(p, f64x2.sub(one, p)), w);
    v128.store(gh + (i << 4), v128.shuffle<f64>(g, h, 0, 2));
    if (i + 1 < count) v128.store(gh + (i << 4), v128.shuffle<f64>(g, h, 1, 3), 16);
  }
}

/** Bin of each value: how many of the 255 upper bounds (padded with infinity) lie below it; NaN gets `missing`. */
export function mapColumn(values: usize, count: usize, upper: usize, missing: i32, out: usize): void {
  for (let i: usize = 0; i < count; i++) {
    let x = load<f64>(values + (i << 3));
    x = abs(x) <= 1.0000000180025095e-35 ? 0 : x;
    let at: usize = 0;
    at += load<f64>(upper + 1016) < x ? 1024 : 0;
    at += load<f64>(upper + at + 504) < x ? 512 : 0;
    at += load<f64>(upper + at + 248) < x ? 256 : 0;
    at += load<f64>(upper + at + 120) < x ? 128 : 0;
    at += load<f64>(upper + at + 56) < x ? 64 : 0;
    at += load<f64>(upper + at + 24) < x ? 32 : 0;
    at += load<f64>(upper + at + 8) < x ? 16 : 0;
    at += load<f64>(upper + at) < x ? 8 : 0;
    store<u8>(out + i, x == x ? <i32>(at >> 3) : missing);
  }
}

/** Fills `bytes` with zero. */
export function clear(at: usize, bytes: usize): void {
  memory.fill(at, 0, bytes);
}

/** Copies `bytes`. */
export function copy(to: usize, from: usize, bytes: usize): void {
  memory.copy(to, from, bytes);
}

/**
 * Best threshold of one numeric feature. `p` points to: G, V (totals), 2^C, 2^-C (count packing), l1, l2 (in units of the sums),
 * least count, least hessian. Writes score, bin, default left, left G, left V to `out`; the score is -1 where nothing is allowed.
 */
export function scan(h: usize, bins: i32, missing: i32, p: usize, out: usize): void {
  scanMarked(h, bins, missing, p, out, 0);
}

/**
 * Histogram (in `h`) and best threshold of one numeric feature in a node of few rows: the bins in use are marked, at out[8 .. 12), and
 * only they are looked at. An empty bin divides the rows as the one before it does, so the result is that of `scan`.
 */
export function scanFew(
  column: usize,
  rows: usize,
  count: usize,
  gh: usize,
  h: usize,
  bins: i32,
  missing: i32,
  p: usize,
  out: usize,
): void {
  const marks = out + 64;
  memory.fill(h, 0, 4096);
  memory.fill(marks, 0, 32);
  for (let i: usize = 0; i < count; i++) {
    const b = <usize>load<u8>(column + <usize>load<u32>(rows + (i << 2)));
    const at = h + (b << 4);
    v128.store(at, f64x2.add(v128.load(at), v128.load(gh + (i << 4))));
    const word = marks + ((b >> 6) << 3);
    store<u64>(word, load<u64>(word) | ((<u64>1) << (b & 63)));
  }
  scanMarked(h, bins, missing, p, out, marks);
}

/** The scan over the bins whose bits are set at `marks` (address 0: all). */
// @ts-ignore: decorator
@inline
function scanMarked(h: usize, bins: i32, missing: i32, p: usize, out: usize, marks: usize): void {
  const G = load<f64>(p);
  const V = load<f64>(p, 8);
  const size = load<f64>(p, 16);
  const inverse = load<f64>(p, 24);
  const l1 = load<f64>(p, 32);
  const l2 = load<f64>(p, 40);
  const minCount = load<f64>(p, 48);
  const minHessian = load<f64>(p, 56);
  const H = floor(V * inverse);
  const N = V - H * size;
  let bestBin = 0;
  let bestLeft = 0;
  let bestG: f64 = 0;
  let bestV: f64 = 0;
  const missingG = missing >= 0 ? load<f64>(h + ((<usize>missing) << 4)) : 0;
  const missingV = missing >= 0 ? load<f64>(h + ((<usize>missing) << 4), 8) : 0;
  const passes = missingV != 0 ? 2 : 1;
  const last = passes == 2 ? bins : bins - 1;
  let bestTop: f64 = -1;
  let bestBottom: f64 = 1;
  for (let pass = 0; pass < passes; pass++) {
    let g: f64 = pass == 1 ? missingG : 0;
    let v: f64 = pass == 1 ? missingV : 0;
    const stop = pass == 1 ? bins - 1 : last;
    let b = -1;
    let bits: u64 = 0;
    let word = -64;
    while (true) {
      if (marks == 0) {
        if (++b >= stop) break;
      } else {
        while (bits == 0 && (word += 64) < stop) bits = load<u64>(marks + ((<usize>word) >> 3));
        if (bits == 0) break;
        b = word + <i32>ctz(bits);
        bits &= bits - 1;
        if (b >= stop) break;
      }
      const at = h + ((<usize>b) << 4);
      g += load<f64>(at);
      v += load<f64>(at, 8);
      const hl = floor(v * inverse);
      const nl = v - hl * size;
      if (nl < minCount || hl < minHessian) continue;
      const hr = H - hl;
      if (N - nl < minCount || hr < minHessian) break;
      let a = g;
      let c = G - g;
      if (l1 > 0) {
        a = max<f64>(abs(a) - l1, 0);
        c = max<f64>(abs(c) - l1, 0);
      }
      const dl = hl + l2;
      const dr = hr + l2;
      // Fractions are compared crosswise: a division would cost more than all the rest.
      const top = a * a * dr + c * c * dl;
      const bottom = dl * dr;
      if (top * bestBottom > bestTop * bottom) {
        bestTop = top;
        bestBottom = bottom;
        bestBin = b;
        bestLeft = passes == 2 ? pass : nl + nl > N ? 1 : 0;
        bestG = g;
        bestV = v;
      }
    }
  }
  const best = bestTop / bestBottom;
  store<f64>(out, best);
  store<f64>(out, <f64>bestBin, 8);
  store<f64>(out, <f64>bestLeft, 16);
  store<f64>(out, bestG, 24);
  store<f64>(out, bestV, 32);
}
