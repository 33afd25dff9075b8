import type { Column } from '../../columns/column.ts';
import { addressOf, scratchNumbers } from '../../columns/column-memory.ts';
import type { Kernel } from '../kernel.ts';
import { steadyLoops } from '../loops/loops.ts';
import type { LoopName } from '../loops/loops-binary.ts';
import { inBlocks } from './in-blocks.ts';
import { compileLoop, type Lanes, type Loop, mapCode, slotRow } from './simd-code.ts';

/** Rows at once of columns that lie elsewhere: with what a window looks back to they fit a slot. */
const SLOT_BLOCK = 1024;
/** Most rows of a formula at once: after a NaN they are computed again one by one. */
const FORMULA_ROWS = 16_384;
/** Longest window for which folding pays. */
export const FOLD_PERIOD = 512;
/** Fewest rows at once for which a pass pays. */
export const SIMD_LEAST = 64;

/** Address of a slot of the scratch memory. */
export const slotAddress = (slot: number): number => slotRow(slot) * 8;

/** Address of the `count` rows of a buffer from index `at`: where they lie, or in a slot that they are copied to. */
function placed(slot: number, xs: Float64Array, at: number, count: number): number {
  const address = addressOf(xs);
  if (address >= 0) return address + at * 8;
  const row = slotRow(slot);
  scratchNumbers.set(xs.subarray(at, at + count), row);
  scratchNumbers.fill(0, row + count, row + ((count + 7) & ~7));
  return row * 8;
}

/** Has `write` put up to `count` numbers at an address: that of the buffer's rows from `at`, or slot 0's, which are then copied out. Returns how many it did. */
function delivered(out: Float64Array, at: number, write: (to: number) => number): number {
  const address = addressOf(out);
  if (address >= 0) return write(address + at * 8);
  const done = write(slotAddress(0));
  out.set(scratchNumbers.subarray(slotRow(0), slotRow(0) + done), at);
  return done;
}

/** How many of so many rows, a multiple of 8, a loop can do at once: all in place, or those that slots have room for. */
function roomFor(count: number, ...columns: readonly Float64Array[]): number {
  return columns.every((x) => addressOf(x) >= 0) ? count : Math.min(SLOT_BLOCK, count);
}

/**
 * Writes to the rows of a buffer from index `to` the highest (or lowest) of the `n` values that end at each: passes over the values, each of which makes a
 * number stand for up to four times as many. Returns how many of `count`, a multiple of 8, it did before a NaN: none, some, or all.
 */
export function foldInto(
  out: Float64Array,
  to: number,
  side: 'max' | 'min',
  n: number,
  xs: Float64Array,
  at: number,
  count: number,
): number {
  const { foldMax, foldMin } = steadyLoops();
  const fold = side === 'max' ? foldMax : foldMin;
  const some = roomFor(count, out, xs);
  const from = placed(1, xs, at - n + 1, some + n - 1);
  return delivered(out, to, (address) => fold(some, n, address, from, slotAddress(2), 0, 0, 0, 0, 0));
}

/** The same for rows from `row` of a formula of the highest, the lowest and the rows' own values: `loop` is one of the ranges. */
export function rangeInto(
  output: Column,
  row: number,
  loop: LoopName,
  n: number,
  highs: Column,
  lows: Column,
  own: Column,
  count: number,
): number {
  const some = roomFor(count, output.values, highs.values, lows.values, own.values);
  const high = placed(1, highs.values, row - highs.base - n + 1, some + n - 1);
  const low = placed(2, lows.values, row - lows.base - n + 1, some + n - 1);
  const self = placed(3, own.values, row - own.base, some);
  const range = steadyLoops()[loop];
  return delivered(output.values, row - output.base, (address) =>
    range(some, n, address, high, low, self, slotAddress(4), slotAddress(5), 0, 0),
  );
}

/** Compiles, on first use, a formula over columns. */
export function simdFormula(formula: Lanes): Loop {
  let map: Loop | undefined;
  return (bytes, to, a, b, c, d) => {
    map ??= compileLoop(mapCode(formula));
    return map(bytes, to, a, b, c, d);
  };
}

/**
 * A kernel that computes many rows at once by `run` and few by `scalar`, which must give the same bits. `run` writes `count` results, a
 * multiple of 8, or refuses. Where the kernel has a state there is `resume`: then `run` is used once `scalar` is warm (its last output was a
 * number) and until it refuses, as it must when a NaN comes; `resume(end)` brings the state up to the row `end`.
 */
function simdKernel(
  scalar: Kernel,
  output: Column,
  run: (at: number, count: number) => boolean,
  resume?: (end: number) => void,
): Kernel {
  return {
    state: scalar.state,
    advance(from, to) {
      let at = from;
      let isWarm = resume === undefined;
      let isBehind = false;
      while (to - at >= SIMD_LEAST) {
        if (!isWarm) {
          scalar.advance(at, at + 8);
          at += 8;
          isWarm = !Number.isNaN(output.values[at - 1 - output.base]!);
          if (!isWarm) continue;
        }
        const count = Math.min(FORMULA_ROWS, (to - at) & ~7);
        if (run(at, count)) isBehind = true;
        else {
          if (isBehind) resume?.(at);
          isBehind = false;
          isWarm = resume === undefined;
          scalar.advance(at, at + count);
        }
        at += count;
      }
      if (isBehind) resume?.(at);
      if (at < to) scalar.advance(at, to);
    },
  };
}

/** An input of a formula: a column, from so many rows back. */
type Operand = readonly [column: Column, back: number];

/**
 * A kernel whose rows are a formula of columns. Where they all lie in the column memory the loop `many` computes them, else `scalar`, which must give
 * the same bits; copying columns there and back costs more than it saves. With `resume` as for `simdKernel`.
 */
export function formulaKernel(
  scalar: Kernel,
  operands: readonly Operand[],
  output: Column,
  many: Loop,
  resume?: (end: number) => void,
): Kernel {
  const columns = [output, ...operands.map(([x]) => x)];
  const backs = [0, ...operands.map(([, back]) => back)];
  const [o, a, b = a, c = a, d = a] = columns.map((_, k) => k) as [number, number, ...number[]];
  /** Address of row 0 of each, during a call. */
  const origins = new Float64Array(columns.length);
  const blocked = inBlocks(scalar);
  const at = (k: number, row: number) => origins[k]! + row * 8;
  const fast = simdKernel(
    blocked,
    output,
    (row, count) => {
      const hasNaN = many(count * 8, at(o, row), at(a, row), at(b, row), at(c, row), at(d, row));
      return !resume || hasNaN === 0;
    },
    resume,
  );
  return {
    state: scalar.state,
    advance(from, to) {
      let kernel = to - from < SIMD_LEAST ? blocked : fast;
      for (let k = 0; k < columns.length && kernel === fast; k++) {
        const { values, base } = columns[k]!;
        const address = addressOf(values);
        origins[k] = address - (base + backs[k]!) * 8;
        if (address < 0) kernel = blocked;
      }
      kernel.advance(from, to);
    },
  };
}
