import type { TreeKernels } from './kernels.ts';
import { flatten } from './walk.ts';

/** The kernels of `core/ml/wasm/tree-kernels.as` as plain loops over the same memory: the fallback, and the proof of the others. */
export function plainKernels(buffer: ArrayBufferLike): TreeKernels {
  const f64 = new Float64Array(buffer);
  const u32 = new Uint32Array(buffer);
  const u8 = new Uint8Array(buffer);
  const addColumn = (column: number, rows: number, count: number, gh: number, h: number) => {
    for (let i = 0, from = gh >>> 3; i < count; i++, from += 2) {
      const at = (h >>> 3) + 2 * u8[column + (rows === 0 ? i : u32[(rows >>> 2) + i]!)]!;
      f64[at]! += f64[from]!;
      f64[at + 1]! += f64[from + 1]!;
    }
  };
  return {
    histogram4(c0, c1, c2, c3, rows, count, gh, h) {
      [c0, c1, c2, c3].forEach((column, k) => {
        addColumn(column, rows, count, gh, h + 4096 * k);
      });
    },
    histogram4Dense(c0, c1, c2, c3, count, gh, h) {
      [c0, c1, c2, c3].forEach((column, k) => {
        addColumn(column, 0, count, gh, h + 4096 * k);
      });
    },
    histogram2(c0, c1, rows, count, gh, h) {
      addColumn(c0, rows, count, gh, h);
      addColumn(c1, rows, count, gh, h + 4096);
    },
    histogram1: addColumn,
    subtract(from, what, pairs) {
      for (let i = 0, a = from >>> 3, b = what >>> 3; i < 2 * pairs; i++) f64[a + i]! -= f64[b + i]!;
    },
    gather(gh, rows, count, out) {
      for (let i = 0, to = out >>> 3; i < count; i++) {
        const from = (gh >>> 3) + 2 * u32[(rows >>> 2) + i]!;
        f64[to + 2 * i] = f64[from]!;
        f64[to + 2 * i + 1] = f64[from + 1]!;
      }
    },
    partition(column, rows, count, table, left, right) {
      let l = 0;
      for (let i = 0; i < count; i++) {
        const r = u32[(rows >>> 2) + i]!;
        if (u8[table + u8[column + r]!]! === 1) u32[(left >>> 2) + l++] = r;
        else u32[(right >>> 2) + i - l] = r;
      }
      return l;
    },
    mapColumn(values, count, upper, missing, out) {
      for (let i = 0; i < count; i++) {
        const x = flatten(f64[(values >>> 3) + i]!);
        let at = 0;
        for (let step = 128; step >= 1; step >>= 1) if (f64[(upper >>> 3) + at + step - 1]! < x) at += step;
        u8[out + i] = Number.isNaN(x) ? missing : at;
      }
    },
    range(values, count, out) {
      let least = Number.POSITIVE_INFINITY;
      let most = Number.NEGATIVE_INFINITY;
      let nans = 0;
      for (let i = 0; i < count; i++) {
        const x = f64[(values >>> 3) + i]!;
        if (x < least) least = x;
        if (x > most) most = x;
        if (Number.isNaN(x)) nans++;
      }
      f64.set([least, most, nans], out >>> 3);
    },
    sort: (values, count) => void f64.subarray(values >>> 3, (values >>> 3) + count).sort(),
    logistic(scores, labels, weights, positive, count, gh) {
      for (let i = 0; i < count; i++) {
        const s = f64[(scores >>> 3) + i]!;
        const y = f64[(labels >>> 3) + i]!;
        const z = expSeries(Math.max(-700, -Math.abs(s)));
        const p = (s >= 0 ? 1 : z) / (1 + z);
        let w = y === 1 ? positive : 1;
        if (weights !== 0) w *= f64[(weights >>> 3) + i]!;
        f64[(gh >>> 3) + 2 * i] = (p - y) * w;
        f64[(gh >>> 3) + 2 * i + 1] = p * (1 - p) * w;
      }
    },
    clear: (at, bytes) => void u8.fill(0, at, at + bytes),
    copy: (to, from, bytes) => void u8.copyWithin(to, from, from + bytes),
    scan: (h, bins, missing, params, out) => scanPlain(f64, h >>> 3, bins, missing, params >>> 3, out >>> 3),
    scanFew(column, rows, count, gh, h, bins, missing, params, out) {
      addColumn(column, rows, count, gh, h);
      scanPlain(f64, h >>> 3, bins, missing, params >>> 3, out >>> 3);
      u8.fill(0, h, h + 4096);
    },
  };
}

const INVERSE_FACTORIALS = [479001600, 39916800, 3628800, 362880, 40320, 5040, 720, 120, 24, 6, 2, 1, 1].map(
  (factorial) => 1 / factorial,
);
/** 2^-k for k = 0 .. 1022, exact. */
const HALVINGS = Float64Array.from({ length: 1023 }, (_, k) => 2 ** -k);

/** e^x for -700 <= x <= 0, with the operations of the WebAssembly kernel in its order. */
function expSeries(x: number): number {
  const shifter = 6755399441056767;
  const k = x * Math.LOG2E + shifter - shifter;
  const r = x - k * 0.6931471803691238 - k * 1.9082149292705877e-10;
  let p = 1 / 6227020800;
  for (const c of INVERSE_FACTORIALS) p = p * r + c;
  return p * HALVINGS[-k]!;
}

function scanPlain(f64: Float64Array, h: number, bins: number, missing: number, p: number, out: number): void {
  const [G, V, size, inverse, l1, l2, minCount, minHessian] = f64.subarray(p, p + 8) as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const H = Math.floor(V * inverse);
  const N = V - H * size;
  let bestBin = 0;
  let bestLeft = 0;
  let bestG = 0;
  let bestV = 0;
  const missingG = missing >= 0 ? f64[h + 2 * missing]! : 0;
  const missingV = missing >= 0 ? f64[h + 2 * missing + 1]! : 0;
  const passes = missingV !== 0 ? 2 : 1;
  let bestTop = -1;
  let bestBottom = 1;
  const isEnough = (sum: number) => {
    const hessian = Math.floor(sum * inverse);
    return sum - hessian * size >= minCount && hessian >= minHessian;
  };
  for (let pass = 0; pass < passes; pass++) {
    let g = pass === 1 ? missingG : 0;
    let v = pass === 1 ? missingV : 0;
    let stop = passes === 2 && pass === 0 ? bins : bins - 1;
    // The bins before the first that leaves enough on the left, and those after the last that leaves enough on the right.
    let b = 0;
    for (; b < stop && !isEnough(v + f64[h + 2 * b + 1]!); b++) {
      g += f64[h + 2 * b]!;
      v += f64[h + 2 * b + 1]!;
    }
    let rest = passes === 2 && pass === 0 ? missingV : f64[h + 2 * (bins - 1) + 1]!;
    for (; stop > b && !isEnough(rest); stop--) rest += f64[h + 2 * (stop - 1) + 1]!;
    for (; b < stop; b++) {
      g += f64[h + 2 * b]!;
      v += f64[h + 2 * b + 1]!;
      const hl = Math.floor(v * inverse);
      const nl = v - hl * size;
      const hr = H - hl;
      const a = l1 > 0 ? Math.max(Math.abs(g) - l1, 0) : g;
      const c = l1 > 0 ? Math.max(Math.abs(G - g) - l1, 0) : G - g;
      const dl = hl + l2;
      const dr = hr + l2;
      const top = a * a * dr + c * c * dl;
      const bottom = dl * dr;
      if (top * bestBottom > bestTop * bottom) {
        bestTop = top;
        bestBottom = bottom;
        bestBin = b;
        bestLeft = passes === 2 ? pass : nl + nl > N ? 1 : 0;
        bestG = g;
        bestV = v;
      }
    }
  }
  const best = bestTop / bestBottom;
  f64[out] = best;
  f64[out + 1] = bestBin;
  f64[out + 2] = bestLeft;
  f64[out + 3] = bestG;
  f64[out + 4] = bestV;
}
