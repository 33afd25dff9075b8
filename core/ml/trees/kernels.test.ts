import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { HISTOGRAM_BYTES, type TreeKernels, trainMemory, treeKernels } from './kernels.ts';

const ROWS = 600;
const AT = {
  bins: 1024,
  rows: 8192,
  gh: 16384,
  table: 32768,
  out: 40960,
  out2: 49152,
  h: 65536,
  params: 90112,
  values: 98304,
};

/** Runs `task` on the same random memory with both sets of kernels and returns both memories. */
function both(seed: number, task: (kernels: TreeKernels) => void): [Uint8Array, Uint8Array] {
  const run = (isPlain: boolean): Uint8Array => {
    const memory = trainMemory(131072);
    fillMemory(memory.buffer, seed);
    task(treeKernels(memory, isPlain));
    return Uint8Array.from(new Uint8Array(memory.buffer));
  };
  return [run(false), run(true)];
}

function fillMemory(buffer: ArrayBufferLike, seed: number): void {
  const rng = seeded(seed);
  const u8 = new Uint8Array(buffer);
  const u32 = new Uint32Array(buffer);
  const f64 = new Float64Array(buffer);
  for (let i = 0; i < 4 * ROWS; i++) u8[AT.bins + i] = rng.int(256);
  for (let i = 0; i < ROWS; i++) {
    u32[AT.rows / 4 + i] = rng.int(ROWS);
    f64[AT.gh / 8 + 2 * i] = rng.normal();
    f64[AT.gh / 8 + 2 * i + 1] = rng.next();
    f64[AT.values / 8 + i] = rng.next() < 0.1 ? Number.NaN : Math.round(rng.normal() * 50) / 10;
  }
  for (let b = 0; b < 256; b++) u8[AT.table + b] = rng.int(2);
}

const seedAndCount = [fc.integer(), fc.integer({ min: 0, max: ROWS })] as const;

it('adds histograms with the same bits in WebAssembly SIMD and in plain loops', () => {
  fc.assert(
    fc.property(...seedAndCount, (seed, count) => {
      const c = (k: number) => AT.bins + k * ROWS;
      const [wasm, plain] = both(seed, (k) => {
        k.histogram4(c(0), c(1), c(2), c(3), AT.rows, count, AT.gh, AT.h);
        k.histogram4Dense(c(3), c(2), c(1), c(0), count, AT.gh, AT.h);
        k.histogram2(c(1), c(2), AT.rows, count, AT.gh, AT.h);
        k.histogram2(c(3), c(1), 0, count, AT.gh, AT.h);
        k.histogram1(c(2), AT.rows, count, AT.gh, AT.h);
        k.histogram1(c(0), 0, count, AT.gh, AT.h);
        k.subtract(AT.h, AT.h + HISTOGRAM_BYTES, 256);
      });
      expect(wasm).toEqual(plain);
    }),
    { numRuns: 30 },
  );
});

it('sums a histogram as a loop over the rows does', () => {
  const memory = trainMemory(131072);
  fillMemory(memory.buffer, 7);
  const c = (k: number) => AT.bins + k * ROWS;
  const u8 = new Uint8Array(memory.buffer);
  const f64 = new Float64Array(memory.buffer);
  const wanted = new Float64Array(512);
  for (let i = 0; i < ROWS; i++)
    for (let p = 0; p < 2; p++) wanted[2 * u8[c(1) + i]! + p]! += f64[AT.gh / 8 + 2 * i + p]!;
  treeKernels(memory).histogram4Dense(c(0), c(1), c(2), c(3), ROWS, AT.gh, AT.h);
  const at = (AT.h + HISTOGRAM_BYTES) / 8;
  expect(Array.from(f64.subarray(at, at + 512))).toEqual(Array.from(wanted));
});

it('partitions, gathers, ranges and sorts alike in both', () => {
  fc.assert(
    fc.property(...seedAndCount, (seed, count) => {
      const results: unknown[] = [];
      const [wasm, plain] = both(seed, (k) => {
        const left = k.partition(AT.bins, AT.rows, count, AT.table, AT.out, AT.out2);
        results.push(left);
        k.copy(AT.h, AT.out, 4 * left);
        k.copy(AT.h + 4096, AT.out2, 4 * (count - left));
        k.clear(AT.out, 8192);
        k.clear(AT.out2, 8192);
        k.gather(AT.gh, AT.rows, count, AT.h + 8192);
        k.range(AT.values, count, AT.params);
      });
      expect(results[0]).toBe(results[1]);
      expect(wasm).toEqual(plain);
    }),
    { numRuns: 30 },
  );
});

it('sorts by value, negative numbers and infinities included', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.double({ noNaN: true }).map((x) => x + 0),
        { maxLength: ROWS },
      ),
      (list) => {
        const memory = trainMemory(131072);
        const values = new Float64Array(memory.buffer, AT.h, list.length);
        values.set(list);
        treeKernels(memory).sort(AT.h, list.length, AT.values, AT.rows);
        expect(Array.from(values)).toEqual(list.slice().sort((a, b) => a - b));
      },
    ),
  );
});

it('maps values to bins by upper bounds, NaN to the missing bin, near-zeros as zero', () => {
  const upper = new Float64Array(255).fill(Number.POSITIVE_INFINITY);
  upper.set([-1, 0, 0.5]);
  const values = [-2, -1, -0.5, 0, 1e-36, -1e-36, 0.5, 0.6, 1e300, Number.NaN];
  for (const isPlain of [false, true]) {
    const memory = trainMemory(131072);
    new Float64Array(memory.buffer).set(upper, AT.h / 8);
    new Float64Array(memory.buffer).set(values, AT.values / 8);
    treeKernels(memory, isPlain).mapColumn(AT.values, values.length, AT.h, 4, AT.out);
    expect(Array.from(new Uint8Array(memory.buffer, AT.out, values.length))).toEqual([0, 0, 1, 1, 1, 1, 2, 3, 3, 4]);
  }
});

it('gives logistic gradients of the same bits in both, within 1e-15 of the formula', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: -800, max: 800, noNaN: true }), fc.boolean()), {
        minLength: 1,
        maxLength: 99,
      }),
      (rows) => {
        const run = (isPlain: boolean): number[] => {
          const memory = trainMemory(131072);
          const f64 = new Float64Array(memory.buffer);
          rows.forEach(([s, y], i) => {
            f64[AT.h / 8 + i] = s;
            f64[AT.values / 8 + i] = y ? 1 : 0;
          });
          treeKernels(memory, isPlain).logistic(AT.h, AT.values, 0, 3, rows.length, AT.gh);
          return Array.from(f64.subarray(AT.gh / 8, AT.gh / 8 + 2 * rows.length + 2));
        };
        const wasm = run(false);
        expect(wasm).toEqual(run(true));
        rows.forEach(([s, y], i) => {
          const p = 1 / (1 + Math.exp(-s));
          expect(Math.abs(wasm[2 * i]! - (y ? 3 : 1) * (p - (y ? 1 : 0)))).toBeLessThan(3e-15);
          expect(Math.abs(wasm[2 * i + 1]! - (y ? 3 : 1) * p * (1 - p))).toBeLessThan(3e-15);
        });
      },
    ),
  );
});

it('finds the same threshold in both, with penalties and missing values', () => {
  fc.assert(
    fc.property(fc.integer(), fc.boolean(), fc.double({ min: 0, max: 30, noNaN: true }), (seed, hasMissing, l1) => {
      const memories = [false, true].map((isPlain) => {
        const memory = trainMemory(131072);
        const f64 = new Float64Array(memory.buffer);
        const rng = seeded(seed);
        let G = 0;
        let V = 0;
        for (let b = 0; b < 21; b++) {
          const n = rng.int(6);
          const g = n === 0 ? 0 : rng.int(41) - 20;
          const v = n * rng.int(9) * 1024 + n;
          f64.set([g, v], AT.h / 8 + 2 * b);
          G += g;
          V += v;
        }
        f64.set([G, V, 1024, 1 / 1024, l1, 1, 3, 1], AT.params / 8);
        treeKernels(memory, isPlain).scan(AT.h, hasMissing ? 20 : 21, hasMissing ? 20 : -1, AT.params, AT.out);
        return Array.from(f64.subarray(AT.out / 8, AT.out / 8 + 5));
      });
      expect(memories[0]).toEqual(memories[1]);
    }),
  );
});

it('finds in a node of few rows what the scan of its whole histogram finds, in both', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 512 }), fc.boolean(), (seed, count, hasMissing) => {
      const bins = hasMissing ? 255 : 256;
      const found = [false, true].flatMap((isPlain) => {
        const memory = trainMemory(131072);
        fillMemory(memory.buffer, seed);
        const f64 = new Float64Array(memory.buffer);
        const rng = seeded(seed);
        const totals = [0, 0];
        for (let i = 0; i < count; i++) {
          const pair = [rng.int(41) - 20, rng.int(9) * 1024 + 1];
          f64.set(pair, AT.gh / 8 + 2 * i);
          pair.forEach((x, k) => {
            totals[k]! += x;
          });
        }
        f64.set([...totals, 1024, 1 / 1024, 0, 1, 2, 1], AT.params / 8);
        const kernels = treeKernels(memory, isPlain);
        const missing = hasMissing ? 255 : -1;
        const scanFew = (out: number) =>
          kernels.scanFew(AT.bins, AT.rows, count, AT.gh, AT.h, bins, missing, AT.params, out);
        scanFew(AT.out2);
        // Nothing is left behind that the next scan would see.
        scanFew(AT.out);
        kernels.clear(AT.h + 4096, 4 * HISTOGRAM_BYTES);
        kernels.histogram4(AT.bins, AT.bins, AT.bins, AT.bins, AT.rows, count, AT.gh, AT.h + 4096);
        kernels.scan(AT.h + 4096, bins, missing, AT.params, AT.out2);
        return [AT.out, AT.out2].map((at) => Array.from(f64.subarray(at / 8, at / 8 + 5)));
      });
      for (const one of found) expect(one).toEqual(found[0]);
    }),
  );
});

it('refuses data that no 32-bit address can reach', () => {
  expect(() => trainMemory(2 ** 33)).toThrow(/TREES_DATA_TOO_LARGE: training needs 8\.0 GiB/);
});
