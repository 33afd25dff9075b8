import { wasmFunctions } from '../../columns/column-memory.ts';
import { LOOP_BINARY, type LoopName } from './loops-binary.ts';

/**
 * Rows, addresses of state and options, of the first rows of four inputs and of three outputs; those that a loop does not have are 0. Returns how many rows it did.
 * (foldMax and foldMin: rows, period, where to, where from, spare. The ranges: rows, period, where to, highs, lows and own values, two spares.)
 */
export type Loop = (
  count: number,
  state: number,
  options: number,
  a: number,
  b: number,
  c: number,
  d: number,
  p: number,
  q: number,
  r: number,
) => number;

let loops: Readonly<Record<LoopName, Loop>> | undefined;

/** The loops over the column memory (`*.as` in this folder, compiled by tests/architecture/steady-loops.ts), made when first asked for. */
export function steadyLoops(): Readonly<Record<LoopName, Loop>> {
  loops ??= wasmFunctions(Buffer.from(LOOP_BINARY, 'base64'), { atan: Math.atan, sin: Math.sin }) as Readonly<
    Record<LoopName, Loop>
  >;
  return loops;
}
