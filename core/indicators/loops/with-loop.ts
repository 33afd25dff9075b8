import type { Column } from '../../columns/column.ts';
import { addressOf, scratchNumbers } from '../../columns/column-memory.ts';
import type { Kernel } from '../kernel.ts';
import { inBlocks } from '../math/in-blocks.ts';
import { type Loop, steadyLoops } from './loops.ts';
import type { LoopName } from './loops-binary.ts';

/** Fewest rows at once for which a loop pays. */
const LEAST_ROWS = 64;
/** Rows of one call: V8 replaces a function by a faster one between calls, and after each pause what is next arrives late from memory. */
const BLOCK = 16_384;
/** Rows that the kernel does itself where a loop has stopped. */
const PLAIN_ROWS = 8;
/** Where options and state lie during a call: behind the scratch memory's slots. */
const OPTIONS = 15_700;
const MOST_OPTIONS = 12;
const STATE = OPTIONS + MOST_OPTIONS;
const MOST_STATE = scratchNumbers.length - STATE;
const INPUTS = 4;
const OUTPUTS = 3;

/**
 * A kernel whose steady rows, many at once and in the column memory, are done by a loop in WebAssembly (`*.as` in this folder) that carries on from the same
 * state and gives the same bits; `plain` does all others: the first ones, those around a NaN, a live bot's.
 */
export function withLoop(
  plain: Kernel,
  name: LoopName,
  options: readonly number[],
  inputs: readonly Column[],
  outputs: readonly Column[],
): Kernel {
  const { state } = plain;
  const blocked = inBlocks(plain);
  if (state.length > MOST_STATE) return blocked;
  /** Address that row 0 of each column has, during a call. */
  const origins = new Float64Array(INPUTS + OUTPUTS);

  function place(columns: readonly Column[], first: number): boolean {
    for (let k = 0; k < columns.length; k++) {
      const { values, base } = columns[k]!;
      const address = addressOf(values);
      if (address < 0) return false;
      origins[first + k] = address - base * 8;
    }
    return true;
  }

  function steady(loop: Loop, row: number, count: number): number {
    const at = row * 8;
    scratchNumbers.set(options, OPTIONS);
    scratchNumbers.set(state, STATE);
    const done = loop(
      count,
      STATE * 8,
      OPTIONS * 8,
      origins[0]! + at,
      origins[1]! + at,
      origins[2]! + at,
      origins[3]! + at,
      origins[4]! + at,
      origins[5]! + at,
      origins[6]! + at,
    );
    for (let k = 0; k < state.length; k++) state[k] = scratchNumbers[STATE + k]!;
    return done;
  }

  return {
    state,
    advance(from, to) {
      if (to - from < LEAST_ROWS || !place(inputs, 0) || !place(outputs, INPUTS)) {
        blocked.advance(from, to);
        return;
      }
      const loop = steadyLoops()[name];
      for (let at = from; at < to; ) {
        const end = Math.min(to, at + BLOCK);
        at += steady(loop, at, end - at);
        if (at === end) continue;
        const next = Math.min(to, at + PLAIN_ROWS);
        blocked.advance(at, next);
        at = next;
      }
    },
  };
}
