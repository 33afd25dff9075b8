/** A WebAssembly memory: all that is used of one. (TypeScript has these types in its DOM library only.) */
interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
  readonly Memory: new (pages: { initial: number; maximum: number; shared: true }) => WasmMemory;
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Wasm };

const PAGE = 65_536;
/** Most that columns take of it, 512 MB: it is never given back. */
const COLUMN_PAGES = 8192;
/** With what the loops keep in it besides, 64 MB. */
const MAXIMUM_PAGES = COLUMN_PAGES + 1024;
/** Least that it grows to; then it doubles. */
const LEAST_PAGES = 256;
/** Left to the loops for what lies between their passes. */
const SCRATCH_PAGES = 2;
/**
 * Columns begin this much further into a page than the one before: a processor guesses by the low 12 bits of an address whether a load
 * reads what was just stored, and columns that are alike in them wait for one another.
 */
const STAGGER = 832;

/**
 * The thread's memory of columns that WebAssembly loops work on in place. Shared, not for other threads, but because a memory that isn't
 * detaches its buffer when it grows, and one detached buffer slows every typed-array loop of the thread.
 */
const memory = new WebAssembly.Memory({ initial: SCRATCH_PAGES, maximum: MAXIMUM_PAGES, shared: true });
/** Growing makes a new buffer object over the same memory; views on the older ones stay good. */
const buffers: ArrayBufferLike[] = [memory.buffer];
let used = SCRATCH_PAGES * PAGE;
let places = 0;

/** The part of the memory that is left to the loops. Whoever uses it takes the results out before returning. */
export const scratchNumbers: Float64Array<ArrayBufferLike> = new Float64Array(
  memory.buffer,
  0,
  (SCRATCH_PAGES * PAGE) / 8,
);

/** A zeroed column in the memory, or undefined when it is full. It stays there for good: reuse it. */
export function placeColumn(length: number): Float64Array | undefined {
  return placeWithin(COLUMN_PAGES, length);
}

/** The same for what loops keep there: columns never take all of the memory. */
export function placeForLoops(length: number): Float64Array | undefined {
  return placeWithin(MAXIMUM_PAGES, length);
}

function placeWithin(pages: number, length: number): Float64Array | undefined {
  const start = used + ((places * STAGGER) & 4095 & ~63);
  const end = start + length * 8 + 64; // a loop may read a step too far
  const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
  if (end > pages * PAGE || (missing > 0 && !grow(missing))) return undefined;
  used = (end + 4095) & ~4095;
  places++;
  const { buffer } = memory;
  // another one than the last even though this memory has not grown: V8 makes a new one of each when any shared memory of the thread grows
  if (buffers.at(-1) !== buffer) buffers.push(buffer);
  return new Float64Array(buffer, start, length) as unknown as Float64Array;
}

function grow(pages: number): boolean {
  const held = memory.buffer.byteLength / PAGE;
  const left = MAXIMUM_PAGES - held;
  if (pages > left) return false;
  try {
    memory.grow(Math.min(left, Math.max(pages, held, LEAST_PAGES)));
  } catch {
    return false; // the system has no more: columns lie elsewhere then
  }
  return true;
}

/** Address of a column's first number in the memory, or -1 for one that lies elsewhere. */
export function addressOf(values: Float64Array): number {
  const { buffer } = values;
  for (let k = buffers.length - 1; k >= 0; k--) if (buffers[k] === buffer) return values.byteOffset;
  return -1;
}

/** The functions of a module that imports the memory as env.memory, and what else it asks for by name. */
export function wasmFunctions(bytes: Uint8Array, others: object = {}): object {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, ...others } }).exports;
}

/** Pages that an importing module must declare. */
export const WASM_PAGES = { least: SCRATCH_PAGES, most: MAXIMUM_PAGES } as const;
