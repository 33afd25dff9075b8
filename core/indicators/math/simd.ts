import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { compileLoop, foldCode, hasNaNCode, type Lanes, mapCode, numbers, PMAX, PMIN, slotRow } from './simd-code.ts';

/** Most rows of one pass: with three or four columns they stay in the first-level cache. */
const SIMD_ROWS = 1024;
/** Longest window for which folding pays. */
export const FOLD_PERIOD = 512;
/** Fewest rows at once for which copying in and out pays. */
export const SIMD_LEAST = 64;

export { numbers } from './simd-code.ts';

type Map = (end: number) => 0 | 1;
type HasNaN = (end: number, start: number) => 0 | 1;
type Fold2 = (end: number, start: number, shift: number) => void;
type Fold4 = (end: number, start: number, shift1: number, shift2: number, shift3: number) => void;
type Folds = readonly [two: Fold2, four: Fold4];

interface Loops {
  readonly hasNaN: HasNaN;
  readonly max: Folds;
  readonly min: Folds;
}

let made: Loops | undefined;

function folds(op: number): Folds {
  return [compileLoop(foldCode(op, 1), 3, 0) as Fold2, compileLoop(foldCode(op, 3), 5, 0) as Fold4];
}

function loops(): Loops {
  made ??= { hasNaN: compileLoop(hasNaNCode(), 2, 1) as HasNaN, max: folds(PMAX), min: folds(PMIN) };
  return made;
}

const first = slotRow(0);
/** A whole block in slot 0. */
const whole = numbers.subarray(first, first + SIMD_ROWS);

/** Rows from buffer index `at` to the end of a pass: passes end where a page does, see the slots. */
export const passRows = (at: number, rows: number): number => Math.min(rows, SIMD_ROWS - (at & (SIMD_ROWS - 1)));

/** Copies `count` values of a buffer into a slot. */
export function load(slot: number, xs: Float64Array, at: number, count: number): void {
  numbers.set(xs.subarray(at, at + count), slotRow(slot));
}

/** Copies the first `count` numbers of slot 0 to a buffer. */
export function unload(out: Float64Array, at: number, count: number): void {
  out.set(count === SIMD_ROWS ? whole : numbers.subarray(first, first + count), at);
}

/**
 * Puts into a slot the highest (or lowest) of the `n` values that end at each of `count` rows of a buffer, the first at index `at`: passes
 * over the values, each of which makes a number stand for up to four times as many. Returns false, undone, when one is NaN.
 */
export function loadExtreme(
  slot: number,
  side: 'max' | 'min',
  n: number,
  xs: Float64Array,
  at: number,
  count: number,
): boolean {
  const { hasNaN, [side]: fold } = loops();
  const length = count + n - 1;
  load(slot, xs, at - n + 1, length);
  const row = slotRow(slot);
  const start = (row - first) * 8;
  numbers.fill(0, row + length, row + ((length + 7) & ~7));
  if (hasNaN(start + length * 8, start) === 1) return false;
  let width = 1;
  while (width < n) {
    const rest = n - width;
    const next = Math.min(n, 4 * width);
    const end = start + (count + n - next) * 8;
    if (rest <= width) {
      fold[0](start + count * 8, start, rest * 8);
      break;
    }
    fold[1](end, start, width * 8, Math.min(2 * width, rest) * 8, Math.min(3 * width, rest) * 8);
    width = next;
  }
  return true;
}

/** Compiles, on first use, a formula over slots into slot 0; the returned function gives true when some result is NaN. */
export function simdFormula(formula: Lanes): (count: number) => boolean {
  let map: Map | undefined;
  return (count) => {
    map ??= compileLoop(mapCode(formula), 1, 1) as Map;
    return map(count * 8) === 1;
  };
}

/**
 * A kernel that computes many rows at once by `run` and few by `scalar`, which must give the same bits. `run` leaves `count` results in slot
 * 0, or refuses. Where the kernel has a state there is `resume`: then `run` is used once `scalar` is warm (its last output was a number) and
 * until it refuses, as it must when a NaN comes; `resume(end)` brings the state up to the row `end`.
 */
export function simdKernel(
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
      const { values, base } = output;
      while (to - at >= SIMD_LEAST) {
        const lone = (base - at) & 7;
        if (!isWarm || lone > 0) {
          if (isBehind) resume?.(at);
          isBehind = false;
          scalar.advance(at, at + (lone || 8));
          at += lone || 8;
          isWarm = resume === undefined || !Number.isNaN(values[at - 1 - base]!);
        }
        const count = passRows(at - base, (to - at) & ~7);
        if (isWarm && run(at, count)) {
          unload(values, at - base, count);
          isBehind = true;
        } else {
          if (isBehind) resume?.(at);
          isBehind = isWarm = false;
          scalar.advance(at, at + count);
        }
        at += count;
      }
      if (isBehind) resume?.(at);
      if (at < to) scalar.advance(at, to);
    },
  };
}
