import type { Column } from '../../columns/column.ts';
import { addressOf, placeColumn, wasmFunctions } from '../../columns/column-memory.ts';
import { ROW_BINARY, ROW_IMPORTS, ROW_KERNELS } from './row-kernels-binary.ts';

/** Fewest rows at once for which the compiled loop pays. */
const LEAST_ROWS = 64;
/** Rows of one pass over columns that lie elsewhere and are copied. */
const BLOCK = 2048;
/** Rows before a block that loops may look back to, and what one column takes. */
const LOOKBACK = 16;
const SLOT = LOOKBACK + BLOCK + 64;
const MOST_COLUMNS = 16;
/** Numbers of the arena before the state: outputs of a row, options, addresses of columns. */
const OUT = 0;
const OPTIONS = 32;
const COLUMNS = 64;
const STATE = 96;
/** Numbers of the arena after the state: what the cells know of themselves, and their tables. */
const CELLS = 8192;
/** Numbers of the arena that is taken at first: enough for windows of some thousand rows. */
const LEAST_ARENA = 65_536;

type Loop = (
  count: number,
  state: number,
  size: number,
  options: number,
  columns: number,
  out: number,
  cells: number,
) => void;

const places = new Map(Object.keys(ROW_KERNELS).map((name, index) => [name, index]));
let loops: Readonly<Record<string, Loop>> | undefined;
let arena: Float64Array | undefined;
let copies: Float64Array | undefined;

function loopOf(name: string): Loop | undefined {
  const index = places.get(name);
  if (index === undefined) return undefined;
  loops ??= wasmFunctions(
    Buffer.from(ROW_BINARY, 'base64'),
    Object.fromEntries(ROW_IMPORTS.map((key) => [key, (Math as unknown as Record<string, unknown>)[key]])),
  ) as Readonly<Record<string, Loop>>;
  return loops[`row${index}`];
}

/** Takes the loops' own room, before columns fill the memory. */
function reserve(): void {
  arena ??= placeColumn(LEAST_ARENA);
  copies ??= placeColumn(MOST_COLUMNS * SLOT);
}

/** Room for a state of so many numbers, or nothing when the memory is full. */
function arenaFor(size: number): Float64Array | undefined {
  const wanted = STATE + size + CELLS + 2 * size;
  if (arena && arena.length >= wanted) return arena;
  const made = placeColumn(2 ** Math.ceil(Math.log2(wanted)));
  if (made) arena = made;
  return made;
}

/**
 * The loop of a row feature compiled to WebAssembly: brings `state` and the outputs up to row `to`, with the same bits as the feature's own rows in
 * JavaScript, from which it is translated. False, with nothing done, where there is none, rows are few or the memory is full.
 */
export function compiledRows(
  name: string,
  given: Readonly<Record<string, unknown>>,
  inputs: readonly Column[],
  outputs: readonly Column[],
  lookback = 0,
): (from: number, to: number, state: Float64Array) => boolean {
  const options = (ROW_KERNELS[name] ?? []).map((key) => given[key]);
  if (!places.has(name) || !options.every((x) => typeof x === 'number')) return () => false;
  reserve();
  const columns = [...inputs, ...outputs];
  const pass = (from: number, to: number, place: (k: number) => number, state: Float64Array, room: Float64Array) => {
    const start = addressOf(room);
    room.set(options, OPTIONS);
    const addresses = new Uint32Array(room.buffer, start + COLUMNS * 8, columns.length);
    for (let k = 0; k < columns.length; k++) addresses[k] = place(k);
    room.set(state, STATE);
    const [at, size] = [start + STATE * 8, state.length];
    loopOf(name)!(to - from, at, size, start + OPTIONS * 8, start + COLUMNS * 8, start + OUT * 8, at + size * 8 + 64);
    state.set(room.subarray(STATE, STATE + size));
  };
  return (from, to, state) => {
    if (to - from < LEAST_ROWS) return false;
    const room = arenaFor(state.length);
    if (!room) return false;
    const origins = columns.map(({ values, base }) => {
      const address = addressOf(values);
      return address < 0 ? Number.NaN : address - base * 8;
    });
    if (!origins.some(Number.isNaN)) {
      pass(from, to, (k) => origins[k]! + from * 8, state, room);
      return true;
    }
    if (!copies || columns.length > MOST_COLUMNS) return false;
    const copyAt = addressOf(copies);
    for (let at = from; at < to; at += BLOCK) {
      const end = Math.min(to, at + BLOCK);
      inputs.forEach(({ values, base }, k) => {
        const before = Math.min(lookback, at - base);
        copies!.set(values.subarray(at - base - before, end - base), k * SLOT + LOOKBACK - before);
      });
      pass(at, end, (k) => copyAt + (k * SLOT + LOOKBACK) * 8, state, room);
      outputs.forEach(({ values, base }, k) => {
        const row = (inputs.length + k) * SLOT + LOOKBACK;
        values.set(copies!.subarray(row, row + end - at), at - base);
      });
    }
    return true;
  };
}
