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

/** The same where the rows are 0, 1, …. */
export function histogram4Dense(
  c0: usize,
  c1: usize,
  c2: usize,
  c3: usize,
  count: usize,
  gh: usize,
  h: usize,
): void {
  for (let r: usize = 0; r < count; r++) {
    const v = v128.load(gh + (r << 4));
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

/** `histogram4` for two columns; without `rows` (address 0) the rows are 0, 1, …. */
export function histogram2(c0: usize, c1: usize, rows: usize, count: usize, gh: usize, h: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const r: usize = rows == 0 ? i : <usize>load<u32>(rows + (i << 2));
    const v = v128.load(gh + (i << 4));
    const a0 = h + ((<usize>load<u8>(c0 + r)) << 4);
    v128.store(a0, f64x2.add(v128.load(a0), v));
    const a1 = h + ((<usize>load<u8>(c1 + r)) << 4);
    v128.store(a1, f64x2.add(v128.load(a1, 4096), v), 4096);
  }
}

/** `histogram2` for one column. */
export function histogram1(column: usize, rows: usize, count: usize, gh: usize, h: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const r: usize = rows == 0 ? i : <usize>load<u32>(rows + (i << 2));
    const at = h + ((<usize>load<u8>(column + r)) << 4);
    v128.store(at, f64x2.add(v128.load(at), v128.load(gh + (i << 4))));
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
  const isMissing = missing >= 0 && load<f64>(h + ((<usize>missing) << 4), 8) != 0;
  scanLine(h, 0, bins, bins - 1, isMissing ? h + ((<usize>missing) << 4) : 0, p, out);
}

/**
 * Histogram and best threshold of one numeric feature in a node of few rows. `h` has room for three histograms, of which the first is clear
 * before and after: only the bins in use are looked at, put side by side in the second. An empty bin divides the rows as the one before it
 * does, so the result is that of `scan`.
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
  for (let i: usize = 0; i < count; i++) {
    const b = <usize>load<u8>(column + <usize>load<u32>(rows + (i << 2)));
    const at = h + (b << 4);
    v128.store(at, f64x2.add(v128.load(at), v128.load(gh + (i << 4))));
    store<u8>(h + 8448 + b, 1);
  }
  const pairs = h + 4096;
  const ids = h + 8192;
  let used: usize = 0;
  for (let word: usize = 0; word < 256; word += 8) {
    let marks = load<u64>(h + 8448 + word);
    if (marks == 0) continue;
    store<u64>(h + 8448 + word, 0);
    do {
      const b = word + (<usize>ctz(marks) >> 3);
      marks &= marks - 1;
      const at = h + (b << 4);
      v128.store(pairs + (used << 4), v128.load(at));
      v128.store(at, f64x2.splat(0));
      store<u8>(ids + used, <u8>b);
      used++;
    } while (marks != 0);
  }
  // The bin of missing values is the last, and so is the last of those in use; the last bin of values ends no threshold without it.
  let isMissing = false;
  if (used > 0 && missing >= 0 && <i32>load<u8>(ids + used - 1) == missing) {
    isMissing = true;
    used--;
  }
  let inner = used;
  if (used > 0 && <i32>load<u8>(ids + used - 1) == bins - 1) inner--;
  scanLine(pairs, ids, <i32>used, <i32>inner, isMissing ? pairs + (used << 4) : 0, p, out);
}

/**
 * The scan over `all` pairs in a line: those of all bins, or of the bins `ids`. A threshold ends at one of the first `inner` of them. With a
 * pair of missing values (address 0: none) there are two passes: the first sends them right, and may end at any pair, the second left.
 */
// @ts-ignore: decorator
@inline
function scanLine(line: usize, ids: usize, all: i32, inner: i32, missing: usize, p: usize, out: usize): void {
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
  const allG = f64x2.splat(G);
  const allH = f64x2.splat(H);
  const inverses = f64x2.splat(inverse);
  const l2s = f64x2.splat(l2);
  const l1s = f64x2.splat(l1);
  const zeros = f64x2.splat(0);
  const last = all > inner ? v128.load(line + ((<usize>inner) << 4)) : zeros;
  const passes = missing != 0 ? 2 : 1;
  let best = -1;
  let bestPass = 0;
  let bestG: f64 = 0;
  let bestV: f64 = 0;
  let bestTop: f64 = -1;
  let bestBottom: f64 = 1;
  let tops = f64x2.splat(-1);
  let bottoms = f64x2.splat(1);
  for (let pass = 0; pass < passes; pass++) {
    let sum = pass == 1 ? v128.load(missing) : zeros;
    let stop = passes == 2 && pass == 0 ? all : inner;
    // The pairs before the first that leaves enough on the left, and those after the last that leaves enough on the right.
    let b = 0;
    while (b < stop) {
      const next = f64x2.add(sum, v128.load(line + ((<usize>b) << 4)));
      const v = f64x2.extract_lane(next, 1);
      const h = floor(v * inverse);
      if (v - h * size >= minCount && h >= minHessian) break;
      sum = next;
      b++;
    }
    let rest = passes == 2 && pass == 0 ? v128.load(missing) : last;
    while (stop > b) {
      const v = f64x2.extract_lane(rest, 1);
      const h = floor(v * inverse);
      if (v - h * size >= minCount && h >= minHessian) break;
      stop--;
      rest = f64x2.add(rest, v128.load(line + ((<usize>stop) << 4)));
    }
    // Two pairs at a time. Past an odd end a third is read, which is memory of ours, and not looked at.
    for (; b < stop; b += 2) {
      const at = line + ((<usize>b) << 4);
      const first = f64x2.add(sum, v128.load(at));
      sum = f64x2.add(first, v128.load(at, 16));
      const g = v128.shuffle<f64>(first, sum, 0, 2);
      const v = v128.shuffle<f64>(first, sum, 1, 3);
      const hl = f64x2.floor(f64x2.mul(v, inverses));
      let a = g;
      let c = f64x2.sub(allG, g);
      if (l1 > 0) {
        a = f64x2.pmax(f64x2.sub(f64x2.abs(a), l1s), zeros);
        c = f64x2.pmax(f64x2.sub(f64x2.abs(c), l1s), zeros);
      }
      const dl = f64x2.add(hl, l2s);
      const dr = f64x2.add(f64x2.sub(allH, hl), l2s);
      // Fractions are compared crosswise: a division would cost more than all the rest.
      const top = f64x2.add(f64x2.mul(f64x2.mul(a, a), dr), f64x2.mul(f64x2.mul(c, c), dl));
      const bottom = f64x2.mul(dl, dr);
      if (!v128.any_true(f64x2.gt(f64x2.mul(top, bottoms), f64x2.mul(tops, bottom)))) continue;
      let t = f64x2.extract_lane(top, 0);
      let u = f64x2.extract_lane(bottom, 0);
      if (t * bestBottom > bestTop * u) {
        bestTop = t;
        bestBottom = u;
        best = b;
        bestPass = pass;
        bestG = f64x2.extract_lane(g, 0);
        bestV = f64x2.extract_lane(v, 0);
      }
      t = f64x2.extract_lane(top, 1);
      u = f64x2.extract_lane(bottom, 1);
      if (b + 1 < stop && t * bestBottom > bestTop * u) {
        bestTop = t;
        bestBottom = u;
        best = b + 1;
        bestPass = pass;
        bestG = f64x2.extract_lane(g, 1);
        bestV = f64x2.extract_lane(v, 1);
      }
      tops = f64x2.splat(bestTop);
      bottoms = f64x2.splat(bestBottom);
    }
  }
  const n = bestV - floor(bestV * inverse) * size;
  const isLeft = best >= 0 && (passes == 2 ? bestPass == 1 : n + n > N);
  const bin = best < 0 ? 0 : ids == 0 ? best : <i32>load<u8>(ids + <usize>best);
  store<f64>(out, bestTop / bestBottom);
  store<f64>(out, <f64>bin, 8);
  store<f64>(out, isLeft ? 1 : 0, 16);
  store<f64>(out, bestG, 24);
  store<f64>(out, bestV, 32);
}

/** The next node of a row: a node holds a bound, where in the row its value is, and its first child, which the second follows. */
// @ts-ignore: decorator
@inline
function after(node: usize, row: usize): usize {
  const isSecond = load<f64>(row + <usize>load<u32>(node, 8)) >= load<f64>(node);
  return <usize>load<u32>(node, 12) + (<usize>isSecond << 4);
}

/**
 * Adds the leaves that rows (a multiple of eight, `width` bytes apart) reach to their sums (`outputs` bytes apart), tree after tree. A tree is
 * 8 bytes: the address of its root and the place of its output. Leaves are nodes whose next is themselves; their values are at `values`, half
 * as far in as the node is at `nodes`. Eight rows walk side by side without a branch: the processor guesses nothing.
 */
export function walkTrees(
  trees: usize,
  count: usize,
  nodes: usize,
  values: usize,
  block: usize,
  rows: usize,
  width: usize,
  sums: usize,
  outputs: usize,
): void {
  for (let t: usize = 0; t < count; t++) {
    const root = <usize>load<u32>(trees + (t << 3));
    let sum = sums + <usize>load<u32>(trees + (t << 3), 4);
    let row = block;
    for (let i: usize = 0; i < rows; i += 8) {
      const row1 = row + width;
      const row2 = row1 + width;
      const row3 = row2 + width;
      const row4 = row3 + width;
      const row5 = row4 + width;
      const row6 = row5 + width;
      const row7 = row6 + width;
      let n0 = root;
      let n1 = root;
      let n2 = root;
      let n3 = root;
      let n4 = root;
      let n5 = root;
      let n6 = root;
      let n7 = root;
      while (true) {
        const m0 = after(n0, row);
        const m1 = after(n1, row1);
        const m2 = after(n2, row2);
        const m3 = after(n3, row3);
        const m4 = after(n4, row4);
        const m5 = after(n5, row5);
        const m6 = after(n6, row6);
        const m7 = after(n7, row7);
        const moved =
          (m0 ^ n0) | (m1 ^ n1) | (m2 ^ n2) | (m3 ^ n3) | (m4 ^ n4) | (m5 ^ n5) | (m6 ^ n6) | (m7 ^ n7);
        if (moved == 0) break;
        n0 = after(m0, row);
        n1 = after(m1, row1);
        n2 = after(m2, row2);
        n3 = after(m3, row3);
        n4 = after(m4, row4);
        n5 = after(m5, row5);
        n6 = after(m6, row6);
        n7 = after(m7, row7);
      }
      addLeaf(n0, nodes, values, sum);
      sum += outputs;
      addLeaf(n1, nodes, values, sum);
      sum += outputs;
      addLeaf(n2, nodes, values, sum);
      sum += outputs;
      addLeaf(n3, nodes, values, sum);
      sum += outputs;
      addLeaf(n4, nodes, values, sum);
      sum += outputs;
      addLeaf(n5, nodes, values, sum);
      sum += outputs;
      addLeaf(n6, nodes, values, sum);
      sum += outputs;
      addLeaf(n7, nodes, values, sum);
      sum += outputs;
      row = row7 + width;
    }
  }
}

// @ts-ignore: decorator
@inline
function addLeaf(node: usize, nodes: usize, values: usize, sum: usize): void {
  store<f64>(sum, load<f64>(sum) + load<f64>(values + ((node - nodes) >> 1)));
}
