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
 * are alike in them was measured at up to 3.0 ns per number instead of 0.2. Columns begin at the start of a page.
 */
const FIRST_ROW = 256;

/** Where slot k begins in `numbers`. */
export const slotRow = (slot: number): number => FIRST_ROW + slot * SLOT_ROWS;

const I32 = 0x7f;
const V128 = 0x7b;
const CURSOR = 1;
const RESULT = 2;
const NANS = 3;
const UNROLL = [0, 16, 32, 48];

/** The larger of two: the second when the first is less. As an opcode for folds. */
export const PMAX = 0xf7;
/** The smaller of two: the second when it is less than the first. */
export const PMIN = 0xf6;

/** An unsigned number in WebAssembly's variable length. */
function leb(x: number): number[] {
  return x < 128 ? [x] : [(x & 127) | 128, ...leb(x >>> 7)];
}

const simd = (code: number) => [0xfd, ...leb(code)];
const get = (local: number) => [0x20, local];
const binary =
  (code: number) =>
  (a: Lanes, b: Lanes): Lanes =>
  (bytes) => [...a(bytes), ...b(bytes), ...simd(code)];

/** Rows of a slot. */
export const rows =
  (slot: number): Lanes =>
  (bytes) => [...get(CURSOR), ...simd(0x00), 3, ...leb(slotRow(slot) * 8 + bytes)];
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
export const isGreater = binary(0x4a);
export const isAtMost = binary(0x4b);
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

/** (end) → 1 when any result is NaN: writes the formula of each pair of rows into slot 0. */
export function mapCode(formula: Lanes): number[] {
  const store = (b: number) => [0x22, RESULT, ...simd(0x0b), 3, ...leb(slotRow(0) * 8 + b)];
  const body = UNROLL.flatMap((b) => [...get(CURSOR), ...formula(b), ...store(b), ...noteNaN]);
  return [0x02, 0x01, I32, 0x02, V128, ...loop(body), ...get(NANS), ...simd(0x53), 0x0b];
}

/** (end, start) → 1 when any number there is NaN; both in bytes from slot 0. */
export function hasNaNCode(): number[] {
  const body = UNROLL.flatMap((b) => [...rows(0)(b), 0x21, RESULT, ...noteNaN]);
  return [0x01, 0x02, V128, ...loop(body), ...get(NANS), ...simd(0x53), 0x0b];
}

/** (end, start, shift …), in bytes from slot 0: each number becomes the extreme of itself and those that the shifts, in bytes, place on. */
export function foldCode(op: number, shifts: number): number[] {
  const shifted = (k: number, b: number) => [
    ...get(CURSOR),
    ...get(2 + k),
    0x6a,
    ...simd(0x00),
    3,
    ...leb(slotRow(0) * 8 + b),
  ];
  const body = UNROLL.flatMap((b) => {
    const folded = Array.from({ length: shifts }, (_, k) => [...shifted(k, b), ...simd(op)]).flat();
    return [...get(CURSOR), ...rows(0)(b), ...folded, ...simd(0x0b), 3, ...leb(slotRow(0) * 8 + b)];
  });
  return [0x00, ...loop(body), 0x0b];
}

/** What is used of the WebAssembly global, which the compiler's libraries describe for browsers only. */
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: { readonly run: unknown } };
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
}

const { Module, Instance, Memory } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;
const memory = new Memory({ initial: 2, maximum: 2 });

/** The memory of all loops of the thread, slot by slot. Whoever uses it takes the results out before returning. */
export const numbers: Float64Array = new Float64Array(memory.buffer);

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

const text = (s: string) => [s.length, ...Buffer.from(s)];

/** Compiles the code of one function of whole numbers, `results` of which it gives back. */
export function compileLoop(code: readonly number[], parameters: number, results: 0 | 1): unknown {
  const type = [0x60, parameters, ...Array.from({ length: parameters }, () => I32), ...(results ? [1, I32] : [0])];
  const bytes = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, ...type]),
    ...section(2, [1, ...text('env'), ...text('memory'), 2, 0x01, 2, 2]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('run'), 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
  return new Instance(new Module(bytes), { env: { memory } }).exports.run;
}
