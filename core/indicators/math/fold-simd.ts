/**
 * The larger (or smaller) of every number and the one `shift` places on, two at a time: the one step that sliding extremes are made of.
 * JavaScript has no maximum without a branch, and on prices that branch is guessed wrong every third time; WebAssembly has the
 * processor's own instruction. The module is small enough to be written down here.
 */

const PAGE = 8192;

/** Numbers that one fold can take, the window's earlier rows included. */
export const FOLD_ROOM = PAGE;

interface Folds {
  /** Where the numbers are put and where the results are found. */
  readonly numbers: Float64Array;
  /** `numbers[k] = max(numbers[k], numbers[k + shift])` for k < count, rounded up to even; both in bytes. */
  readonly max: (bytes: number, shiftBytes: number) => void;
  readonly min: (bytes: number, shiftBytes: number) => void;
  /** 1 when one of the first numbers, rounded up to even, is NaN. */
  readonly hasNaN: (bytes: number) => number;
}

/** What is used of the WebAssembly global, which the compiler's libraries describe for browsers only. */
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

const I32 = 0x7f;
const V128 = 0x7b;
const F64X2_PMIN = 0xf4;
const F64X2_PMAX = 0xf5;

const LOAD = [0xfd, 0x00, 3, 0];
/** `p += 16, again while p < end`, p being local 2 and end local 0. */
const AGAIN = [0x20, 2, 0x41, 16, 0x6a, 0x22, 2, 0x20, 0, 0x49, 0x0d, 0];

/** Code of `p = 0; do { store(p, op(load(p), load(p + shift))); p += 16 } while (p < end)`, op being f64x2.pmin or pmax. */
function foldBody(op: number): number[] {
  const code = [
    ...[0x01, 0x01, I32], // one local: p
    ...[0x03, 0x40], // loop
    ...[0x20, 2, 0x20, 2, ...LOAD, 0x20, 2, 0x20, 1, 0x6a, ...LOAD], // p, load(p), load(p + shift)
    ...[0xfd, op, 0x01, 0xfd, 0x0b, 3, 0], // op, store
    ...[...AGAIN, 0x0b, 0x0b],
  ];
  return [code.length, ...code];
}

/** Code of `p = 0; do { any |= load(p) != load(p); p += 16 } while (p < end); return any`. */
function nanBody(): number[] {
  const code = [
    ...[0x02, 0x01, I32, 0x01, V128], // locals: p, any
    ...[0x03, 0x40], // loop
    ...[0x20, 2, 0x20, 1, 0xfd, 0x00, 3, 0, 0x20, 1, 0xfd, 0x00, 3, 0], // any, load(p), load(p)
    ...[0xfd, 0x48, 0xfd, 0x50, 0x21, 2], // any = any | f64x2.ne
    ...[0x20, 1, 0x41, 16, 0x6a, 0x22, 1, 0x20, 0, 0x49, 0x0d, 0], // p += 16, again while p < end
    ...[0x0b, 0x20, 2, 0xfd, 0x53, 0x0b], // v128.any_true
  ];
  return [code.length, ...code];
}

function section(id: number, content: readonly number[]): number[] {
  const n = content.length;
  return [id, ...(n < 128 ? [n] : [(n & 127) | 128, n >> 7]), ...content];
}

const text = (s: string) => [s.length, ...Buffer.from(s)];

function assemble(): Uint8Array<ArrayBuffer> {
  const bodies = [foldBody(F64X2_PMAX), foldBody(F64X2_PMIN), nanBody()];
  const names = ['max', 'min', 'hasNaN'];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [2, 0x60, 2, I32, I32, 0, 0x60, 1, I32, 1, I32]),
    ...section(3, [3, 0, 0, 1]),
    ...section(5, [1, 0x00, 1]),
    ...section(7, [4, ...text('memory'), 2, 0, ...names.flatMap((name, k) => [...text(name), 0, k])]),
    ...section(10, [3, ...bodies.flat()]),
  ]);
}

let folds: Folds | undefined;

/** The two folds and their memory, made on first use and shared by every kernel of the thread: a caller takes its results out before it returns. */
export function foldMemory(): Folds {
  if (!folds) {
    const { Module, Instance } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;
    const made = new Instance(new Module(assemble())).exports as Folds & { memory: { buffer: ArrayBuffer } };
    const { memory, ...functions } = made;
    folds = { ...functions, numbers: new Float64Array(memory.buffer) };
  }
  return folds;
}
