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
  let best: f64 = -1;
  let bestBin = 0;
  let bestLeft = 0;
  let bestG: f64 = 0;
  let bestV: f64 = 0;
  const missingG = missing >= 0 ? load<f64>(h + ((<usize>missing) << 4)) : 0;
  const missingV = missing >= 0 ? load<f64>(h + ((<usize>missing) << 4), 8) : 0;
  const passes = missingV != 0 ? 2 : 1;
  const last = passes == 2 ? bins : bins - 1;
  for (let pass = 0; pass < passes; pass++) {
    let g: f64 = pass == 1 ? missingG : 0;
    let v: f64 = pass == 1 ? missingV : 0;
    const stop = pass == 1 ? bins - 1 : last;
    for (let b = 0; b < stop; b++) {
      const at = h + ((<usize>b) << 4);
      const dv = load<f64>(at, 8);
      if (dv == 0) continue;
      g += load<f64>(at);
      v += dv;
      const hl = floor(v * inverse);
      const nl = v - hl * size;
      if (nl < minCount || hl < minHessian) continue;
      const hr = H - hl;
      if (N - nl < minCount || hr < minHessian) break;
      const gr = G - g;
      const a = max<f64>(abs(g) - l1, 0);
      const c = max<f64>(abs(gr) - l1, 0);
      const dl = hl + l2;
      const dr = hr + l2;
      const score = (a * a * dr + c * c * dl) / (dl * dr);
      if (score > best) {
        best = score;
        bestBin = b;
        bestLeft = passes == 2 ? pass : nl + nl > N ? 1 : 0;
        bestG = g;
        bestV = v;
      }
    }
  }
  store<f64>(out, best);
  store<f64>(out, <f64>bestBin, 8);
  store<f64>(out, <f64>bestLeft, 16);
  store<f64>(out, bestG, 24);
  store<f64>(out, bestV, 32);
}
