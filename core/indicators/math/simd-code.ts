import { WASM_PAGES, wasmFunctions } from '../../columns/column-memory.ts';

/**
 * WebAssembly SIMD, written down in source: loops over two numbers at a time. JavaScript has neither vectors nor a maximum without a
 * branch, and on prices that branch is guessed wrong every third time; WebAssembly has the processor's own instructions.
 */

/** Code that leaves on the stack the two rows that lie `bytes` past the cursor. */
export type Lanes = (bytes: number) => readonly number[];

/** Rows of one slot: a block and what its windows look back to, and 8 more, so that slots don't begin at the same place of a page. */
const SLOT_ROWS = 1544;
/**
 * Half a page. A processor guesses by the low 12 bits of an address whether a load reads what was just stored: copying between places that
 * are alike in them was measured at up to 3.0 ns per number instead of 0.2. Columns of others begin at the start of a page.
 */
const FIRST_ROW = 256;

/** Where slot k begins in `numbers`. */
export const slotRow = (slot: number): number => FIRST_ROW + slot * SLOT_ROWS;

/** WebAssembly's types. */
export const I32 = 0x7f;
export const V128 = 0x7b;
/** Parameters of every loop: bytes to work on, where to write, then where to read (or shifts). */
const PARAMETERS = 6;
const CURSOR = 6;
const RESULT = 7;
const NANS = 8;
const UNROLL = [0, 16, 32, 48];

/** The larger of two: the second when the first is less. */
const PMAX = 0xf7;
/** The smaller of two: the second when it is less than the first. */
const PMIN = 0xf6;

/** An unsigned number in WebAssembly's variable length. */
export function leb(x: number): number[] {
  return x < 128 ? [x] : [(x & 127) | 128, ...leb(x >>> 7)];
}

/** An instruction on vectors. */
export const simd = (code: number): readonly number[] => [0xfd, ...leb(code)];
const get = (local: number) => [0x20, local];
const binary =
  (code: number) =>
  (a: Lanes, b: Lanes): Lanes =>
  (bytes) => [...a(bytes), ...b(bytes), ...simd(code)];

/** Rows of input k, of at most four. */
export const rows =
  (input: number): Lanes =>
  (bytes) => [...get(2 + input), ...get(CURSOR), 0x6a, ...simd(0x00), 3, ...leb(bytes)];
/** The same number in both lanes. */
export const constant = (x: number): Lanes => {
  const bytes = new Uint8Array(Float64Array.of(x, x).buffer);
  return () => [...simd(0x0c), ...bytes];
};
export const add = binary(0xf0);
export const sub = binary(0xf1);
export const mul = binary(0xf2);
export const div = binary(0xf3);
export const pmin = binary(PMIN);
export const pmax = binary(PMAX);
export const isOther = binary(0x48);
export const isGreater = binary(0x4a);
export const abs =
  (a: Lanes): Lanes =>
  (bytes) => [...a(bytes), ...simd(0xec)];
/** `yes` where the mask is set, else `no`. */
export const select =
  (mask: Lanes, yes: Lanes, no: Lanes): Lanes =>
  (bytes) => [...yes(bytes), ...no(bytes), ...mask(bytes), ...simd(0x52)];

const loop = (body: readonly number[]) => [
  ...[0x03, 0x40, ...body],
  ...[...get(CURSOR), 0x41, ...[0xc0, 0x00], 0x6a, 0x22, CURSOR, ...get(0), 0x49, 0x0d, 0, 0x0b], // cursor += 64, again while below the end
];

/** `NANS |= RESULT != RESULT` */
const noteNaN = [...get(NANS), ...get(RESULT), ...get(RESULT), ...simd(0x48), ...simd(0x50), 0x21, NANS];

const destination = [...get(1), ...get(CURSOR), 0x6a];
const store = (bytes: number) => [...simd(0x0b), 3, ...leb(bytes)];
/** The locals after the parameters: CURSOR, RESULT, NANS. */
const LOCALS = [0x02, 0x01, I32, 0x02, V128];

/** (bytes, to, inputs …) → 1 when any result is NaN: writes the formula of each pair of rows. */
export function mapCode(formula: Lanes): number[] {
  const body = UNROLL.flatMap((b) => [...destination, ...formula(b), 0x22, RESULT, ...store(b), ...noteNaN]);
  return [...LOCALS, ...loop(body), ...get(NANS), ...simd(0x53), 0x0b];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

const text = (s: string) => [s.length, ...Buffer.from(s)];

/** A loop over bytes of the column memory: what is written at `to` and what is read are addresses in it, and `bytes` is a multiple of 64. */
export type Loop = (bytes: number, to: number, a: number, b: number, c: number, d: number) => 0 | 1;

/** Compiles the code of one loop. */
export function compileLoop(code: readonly number[]): Loop {
  return compileFunction(
    Array.from({ length: PARAMETERS }, () => I32),
    I32,
    code,
  ) as Loop;
}

/** Compiles one function over the column memory from its parameters' types, its result's, and its locals and code. */
export function compileFunction(parameters: readonly number[], result: number, code: readonly number[]): unknown {
  const type = [0x60, ...leb(parameters.length), ...parameters, 1, result];
  const bytes = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, ...type]),
    ...section(2, [1, ...text('env'), ...text('memory'), 2, 0x03, ...leb(WASM_PAGES.least), ...leb(WASM_PAGES.most)]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('run'), 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
  return (wasmFunctions(bytes) as { readonly run: unknown }).run;
}
