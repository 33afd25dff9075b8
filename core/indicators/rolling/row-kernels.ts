import { type Column, column } from '../../columns/column.ts';
import { addressOf, placeForLoops, wasmFunctions } from '../../columns/column-memory.ts';
import type { Kernel } from '../kernel.ts';
import { type LiveModule, type Loop, liveRows } from './live-rows.ts';
import { ROW_BINARY, ROW_IMPORTS, ROW_KERNELS } from './row-kernels-binary.ts';

/** Fewest rows at once for which the compiled loop pays. */
const LEAST_ROWS = 64;
/** Calls with few rows after which a kernel is taken for one that goes row by row. */
const CALLS_OF_LIVE = 8;
/** Rows of one pass over columns that lie elsewhere and are copied. */
const BLOCK = 2048;
/** Rows of one pass over columns that are worked on in place: V8 replaces a function by a faster one between calls. */
const PASS = 8192;
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

/** In place of a stage's column, for a kernel that has none: its rows are NaN, and its address 0. */
export const ABSENT: Column = column(new Float64Array(0));

const places = new Map(Object.keys(ROW_KERNELS).map((name, index) => [name, index]));
let module: (Readonly<Record<string, Loop>> & LiveModule) | undefined;
let arena: Float64Array | undefined;
let copies: Float64Array | undefined;

function loadedModule(): Readonly<Record<string, Loop>> & LiveModule {
  module ??= wasmFunctions(
    Buffer.from(ROW_BINARY, 'base64'),
    Object.fromEntries(ROW_IMPORTS.map((key) => [key, (Math as unknown as Record<string, unknown>)[key]])),
  ) as Readonly<Record<string, Loop>> & LiveModule;
  return module;
}

/** Takes the loops' own room, before columns fill the memory. */
function reserve(): void {
  arena ??= placeForLoops(LEAST_ARENA);
  copies ??= placeForLoops(MOST_COLUMNS * SLOT);
}

/** Room for a state of so many numbers, or nothing when the memory is full. */
function arenaFor(size: number): Float64Array | undefined {
  const wanted = STATE + size + CELLS + 2 * size;
  if (arena && arena.length >= wanted) return arena;
  const made = placeForLoops(2 ** Math.ceil(Math.log2(wanted)));
  if (made) arena = made;
  return made;
}

/**
 * A kernel that brings many rows up to date by the loop compiled from the same source, and few by `plain`: the same bits and the same state. A kernel that
 * goes row by row, as a live bot's does, moves its state into the loops' memory after some rows and stays with the loop, which allocates nothing.
 * `plain` does all of it where there is no loop or the memory is full. `lookback`: rows that the loop reads before its own, at most 16.
 */
export function compiledKernel(
  plain: Kernel,
  name: string,
  given: Readonly<Record<string, unknown>>,
  inputs: readonly Column[],
  outputs: readonly Column[],
  lookback = 0,
): Kernel {
  const options = (ROW_KERNELS[name] ?? []).map((key) => given[key]) as number[];
  const columns = [...inputs, ...outputs];
  const index = places.get(name);
  if (index === undefined || !options.every((x) => typeof x === 'number') || columns.length > MOST_COLUMNS)
    return plain;
  reserve();
  const size = plain.state.length;
  const origins = new Float64Array(columns.length);
  let loop: Loop | undefined;
  let state = plain.state;
  let calls = 0;
  let live: ReturnType<typeof liveRows>;

  /** Runs the loop over `count` rows that begin at the addresses in `origins`. */
  function pass(count: number, room: Float64Array): void {
    loop ??= loadedModule()[`row${index}`]!;
    const start = room.byteOffset;
    const moved = addressOf(state);
    for (let k = 0; k < options.length; k++) room[OPTIONS + k] = options[k]!;
    writeAddresses(origins, new Uint32Array(room.buffer, start, 2 * STATE));
    if (moved < 0) room.set(state, STATE);
    const at = moved < 0 ? start + STATE * 8 : moved;
    const cells = start + (STATE + (moved < 0 ? size : 0)) * 8 + 64;
    loop(count, at, size, start + OPTIONS * 8, start + COLUMNS * 8, start + OUT * 8, cells, 0);
    if (moved < 0) state.set(room.subarray(STATE, STATE + size));
  }

  /** By blocks that are copied there and back. */
  function copied(from: number, to: number, room: Float64Array, block: Float64Array): void {
    for (let at = from; at < to; at += BLOCK) {
      const end = Math.min(to, at + BLOCK);
      for (let k = 0; k < columns.length; k++) {
        const row = k * SLOT + LOOKBACK;
        origins[k] = block.byteOffset + row * 8;
        if (k < inputs.length) {
          const { values, base } = inputs[k]!;
          if (inputs[k] === ABSENT) origins[k] = 0;
          const first = Math.max(base, at - lookback);
          block.set(values.subarray(first - base, end - base), row + first - at);
        }
      }
      pass(end - at, room);
      for (let k = 0; k < outputs.length; k++) {
        const row = (inputs.length + k) * SLOT + LOOKBACK;
        const { values, base } = outputs[k]!;
        values.set(block.subarray(row, row + end - at), at - base);
      }
    }
  }

  function many(from: number, to: number, room: Float64Array, block: Float64Array): void {
    for (let k = 0; k < columns.length; k++) {
      const { values, base } = columns[k]!;
      const isThere = columns[k] !== ABSENT;
      const address = isThere ? addressOf(values) : 0;
      if (address < 0) {
        copied(from, to, room, block);
        return;
      }
      origins[k] = isThere ? address + (from - base) * 8 : 0;
    }
    for (let at = from; at < to; at += PASS) {
      pass(Math.min(PASS, to - at), room);
      for (let k = 0; k < origins.length; k++) if (columns[k] !== ABSENT) origins[k]! += PASS * 8;
    }
  }

  /** Moves to a place of its own, if there is room. */
  function move(room: Float64Array): void {
    origins.fill(room.byteOffset);
    pass(0, room); // makes its cells and does nothing else
    const cells = loadedModule().reached() - (room.byteOffset + (STATE + size) * 8 + 64);
    live = liveRows(loadedModule(), index!, state, options, inputs, outputs, lookback, cells);
    if (live) ({ state } = live);
  }

  return {
    get state() {
      return state;
    },
    advance(from, to) {
      if (to - from < LEAST_ROWS) {
        if (!live && ++calls === CALLS_OF_LIVE) {
          const room = arenaFor(size);
          if (room) move(room);
        }
        (live ?? plain).advance(from, to);
        return;
      }
      const room = arenaFor(size);
      if (room && copies) many(from, to, room, copies);
      else plain.advance(from, to);
    },
  };
}

/** Writes addresses where a loop reads them. */
function writeAddresses(origins: Float64Array, words: Uint32Array): void {
  for (let k = 0; k < origins.length; k++) words[COLUMNS * 2 + k] = origins[k]!;
}
