import { TidegateError } from '../../foundation/errors.ts';
import { treeKernelsBase64 } from '../wasm/tree-kernels-binary.ts';
import {
  WASM_PAGE,
  type WasmMemory,
  type WasmModule,
  wasmExports,
  wasmMemory,
  wasmModule,
} from '../wasm/web-assembly.ts';
import { plainKernels } from './plain-kernels.ts';

/** Bytes of one feature's histogram: 256 pairs of f64. */
export const HISTOGRAM_BYTES = 4096;

/**
 * The trainer's inner loops. All arguments that name data are byte addresses in one memory. The WebAssembly and the plain versions give
 * the same bits; their sources say what each does.
 */
export interface TreeKernels {
  histogram4(c0: number, c1: number, c2: number, c3: number, rows: number, count: number, gh: number, h: number): void;
  histogram4Dense(c0: number, c1: number, c2: number, c3: number, count: number, gh: number, h: number): void;
  histogram2(c0: number, c1: number, rows: number, count: number, gh: number, h: number): void;
  histogram1(column: number, rows: number, count: number, gh: number, h: number): void;
  subtract(from: number, what: number, pairs: number): void;
  gather(gh: number, rows: number, count: number, out: number): void;
  partition(column: number, rows: number, count: number, table: number, left: number, right: number): number;
  mapColumn(values: number, count: number, upper: number, missing: number, out: number): void;
  range(values: number, count: number, out: number): void;
  sort(values: number, count: number, temp: number, counts: number): void;
  logistic(scores: number, labels: number, weights: number, positive: number, count: number, gh: number): void;
  /** Fills `bytes` (a multiple of 16) with zero. */
  clear(at: number, bytes: number): void;
  copy(to: number, from: number, bytes: number): void;
  scan(h: number, bins: number, missing: number, params: number, out: number): void;
  /** `h` has room for three histograms; it is clear before and after. */
  scanFew(
    column: number,
    rows: number,
    count: number,
    gh: number,
    h: number,
    bins: number,
    missing: number,
    params: number,
    out: number,
  ): void;
}

let compiled: WasmModule | undefined;

/** A zeroed shared memory of at least `bytes`. @throws TREES_DATA_TOO_LARGE above 4 GiB */
export function trainMemory(bytes: number): WasmMemory {
  const pages = Math.ceil(bytes / WASM_PAGE);
  if (pages > 65536)
    throw new TidegateError(
      'TREES_DATA_TOO_LARGE',
      `training needs ${(bytes / 2 ** 30).toFixed(1)} GiB, 4 GiB can be addressed`,
      { remedy: 'Use fewer rows or features, or fewer leaves.', details: { bytes } },
    );
  return wasmMemory(pages);
}

/** Largest memory that a thread keeps for its next training, bytes. */
const KEPT = 2 ** 26;
let kept: WasmMemory | undefined;

/**
 * Lends a memory of at least `bytes` to a training: the one before's where it is large enough, since fresh pages cost a small training a
 * tenth of its time, and more where several threads ask for them at once. What is in it is not zero. @throws TREES_DATA_TOO_LARGE
 */
export function withMemory<T>(bytes: number, task: (memory: WasmMemory) => T): T {
  const memory = kept && kept.buffer.byteLength >= bytes ? kept : trainMemory(bytes);
  kept = undefined;
  // After a failure another thread may still write to it.
  const result = task(memory);
  if (memory.buffer.byteLength <= KEPT) kept = memory;
  return result;
}

/** A memory on its way to another thread, which gets a new object for it each time: by its number it knows it again. */
export interface SentMemory {
  readonly memory: WasmMemory;
  readonly number: number;
}

const numbers = new WeakMap<WasmMemory, number>();
let lastNumber = 0;
let received: SentMemory | undefined;

export function sendMemory(memory: WasmMemory): SentMemory {
  const number = numbers.get(memory) ?? ++lastNumber;
  numbers.set(memory, number);
  return { memory, number };
}

/** The memory that was sent: the object of the last time, where it is the same. */
export function receiveMemory(sent: SentMemory): WasmMemory {
  if (received?.number === sent.number) return received.memory;
  received = sent.memory.buffer.byteLength <= KEPT ? sent : undefined;
  return sent.memory;
}

const made = new WeakMap<WasmMemory, TreeKernels>();

/**
 * The kernels over a memory: WebAssembly with fixed SIMD, or plain loops where `isPlain` asks for them. A memory has them once: V8 throws away
 * what it has compiled for the functions of one instance when it meets those of the next.
 */
export function treeKernels(memory: WasmMemory, isPlain = false): TreeKernels {
  if (isPlain) return plainKernels(memory.buffer);
  const known = made.get(memory);
  if (known) return known;
  compiled ??= wasmModule(treeKernelsBase64);
  // A copy: exports of each instance have a shape of their own.
  const kernels = { ...(wasmExports(compiled, memory) as TreeKernels) };
  made.set(memory, kernels);
  return kernels;
}

/** Adds the leaves that a block of rows reach to their sums: see `core/ml/wasm/tree-kernels.as`. Its plain twin is the walk of `predict.ts`. */
export type WalkKernel = (
  trees: number,
  count: number,
  nodes: number,
  values: number,
  block: number,
  rows: number,
  width: number,
  sums: number,
  outputs: number,
) => void;

/** The compiled walk over trees, reading and writing `memory`. */
export function walkKernel(memory: WasmMemory): WalkKernel {
  compiled ??= wasmModule(treeKernelsBase64);
  return (wasmExports(compiled, memory) as { readonly walkTrees: WalkKernel }).walkTrees;
}
