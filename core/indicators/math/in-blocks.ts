import type { Kernel } from '../kernel.ts';

const BLOCK = 4096;

/**
 * Runs a kernel in blocks of rows. V8 compiles a function that is called often well; one that is called once with a million rows it
 * replaces in mid-loop, where the loop's variables stay boxed numbers: measured 13 ns per row against 3.6 for the same RSI.
 */
export function inBlocks(kernel: Kernel): Kernel {
  const step = kernel.advance;
  return {
    state: kernel.state,
    advance(from, to) {
      for (let at = from, rows = 0; at < to; at += rows) {
        rows = at - from < 1 * BLOCK ? 256 : BLOCK;
        step(at, Math.min(to, at + rows));
      }
    },
  };
}
