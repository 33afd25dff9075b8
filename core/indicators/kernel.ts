import type { Column } from '../columns/column.ts';

/**
 * A causal computation over columns that carries its own state.
 *
 * The law (chunk invariance): any way of cutting [0, n) into calls of `advance` in order writes the same bits. So `advance(from, to)` reads
 * inputs only at rows <= the row being written and >= that row - lookback, and everything older lives in `state`.
 * Rows are absolute: element i of a column is `values[i - base]`.
 *
 * The NaN rule: an output is NaN until the kernel is warm. A NaN input (in any input) gives NaN and restarts the kernel: it warms up anew from
 * the next row, as if its history began there. So leading NaNs (a kernel over another's warm-up) only shift the start, and one bad
 * value never poisons what follows.
 */
export interface Kernel {
  /** All that survives between calls, rings and counters included: copying it is saving, `set` is loading. Starts zeroed or as `create` left it. */
  readonly state: Float64Array;
  /** Consumes inputs and writes outputs for from <= row < to, from being where the last call ended. */
  advance(from: number, to: number): void;
}

/** `create(options, inputs, outputs)`: binds a kernel to its columns. Hoist `values` and `base` inside `advance`, since columns slide. */
export type KernelMaker<Options> = (options: Options, inputs: readonly Column[], outputs: readonly Column[]) => Kernel;
