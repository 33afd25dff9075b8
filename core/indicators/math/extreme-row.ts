import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { withLoop } from '../loops/with-loop.ts';
import { clearExtreme, closeBlock, extremeState } from './block-extreme.ts';
import { inBlocks } from './in-blocks.ts';

/** Longest window that is looked through when its extreme leaves: less than what keeping the extremes of blocks costs. */
export const SCAN_PERIOD = 64;

/** Numbers of the state before the blocks. */
const BLOCKS = 4;

/**
 * Row of the highest (sign 1) or lowest (sign -1) of the last `n` values, counted from the first value since the start or the last NaN. Among equal values, as
 * TA-Lib has it: a new value that is as extreme takes over at once; when the old one leaves the window, the earliest does. Looks back n - 1 rows.
 */
export function extremeRowKernel(n: number, sign: 1 | -1, input: Column, output: Column): Kernel {
  return n <= SCAN_PERIOD ? scanned(n, sign, input, output) : byBlocks(n, sign, input, output);
}

/** For short windows: they are looked through when the extreme leaves. */
function scanned(n: number, sign: 1 | -1, input: Column, output: Column): Kernel {
  // [values since the last NaN, rows since the extreme]
  const state = new Float64Array(2);
  return withLoop(
    {
      state,
      advance(fromRow, toRow) {
        const out = output.values;
        const ob = output.base;
        const to = (toRow - ob) | 0;
        const xs = input.values;
        const xb = (input.base - ob) | 0;
        let count = state[0]! | 0;
        let age = state[1]! | 0;
        for (let i = (fromRow - ob) | 0; i < to; i++) {
          const at = (i - xb) | 0;
          const x = sign * xs[at]!;
          if (Number.isNaN(x)) {
            count = 0;
            out[i] = Number.NaN;
            continue;
          }
          count = (count + 1) | 0;
          if (count < n) {
            out[i] = Number.NaN;
            continue;
          }
          age = (age + 1) | 0;
          if (count === n || age >= n) {
            // the earliest of equals, also where the newest is one; at the first full window TA-Lib starts from there, too
            age = n - 1;
            let best = sign * xs[(at - age) | 0]!;
            for (let k = n - 2; k >= 0; k--) {
              const y = sign * xs[(at - k) | 0]!;
              if (y > best) {
                best = y;
                age = k;
              }
            }
          } else if (x >= sign * xs[(at - age) | 0]!) age = 0;
          out[i] = (count - 1 - age) | 0;
        }
        state[0] = count;
        state[1] = age;
      },
    },
    sign > 0 ? 'maxindex' : 'minindex',
    [n],
    [input],
    [output],
  );
}

/** For long windows: their extremes are kept by blocks. */
function byBlocks(n: number, sign: 1 | -1, input: Column, output: Column): Kernel {
  // [values since the last NaN, place within the block, row of the extreme, it times sign, blocks]
  const state = new Float64Array(BLOCKS + extremeState(n));
  clearExtreme(state, BLOCKS);
  const tails = BLOCKS + 2;
  const places = tails + n;
  return inBlocks({
    state,
    advance(fromRow, toRow) {
      const out = output.values;
      const ob = output.base;
      const from = (fromRow - ob) | 0;
      const to = (toRow - ob) | 0;
      const xs = input.values;
      const xb = (input.base - ob) | 0;
      let count = state[0]! | 0;
      let at = state[1]! | 0;
      let row = state[2]! | 0;
      let best = state[3]!;
      let head = state[BLOCKS]!;
      let headAt = state[BLOCKS + 1]! | 0;
      for (let i = from; i < to; i++) {
        const x = sign * xs[(i - xb) | 0]!;
        if (Number.isNaN(x)) {
          count = at = headAt = 0;
          head = Number.NEGATIVE_INFINITY;
          out[i] = Number.NaN;
          continue;
        }
        if (x > head) {
          head = x;
          headAt = at;
        }
        // until the first full window TA-Lib has not looked at anything: it starts from the earliest
        if (count < n || row <= count - n) {
          const tail = at + 1 < n && count >= n ? state[tails + at + 1]! : Number.NEGATIVE_INFINITY;
          const old = tail >= head && tail > Number.NEGATIVE_INFINITY;
          best = old ? tail : head;
          row = old ? count - at - n + (state[places + at + 1]! | 0) : count - at + headAt;
        } else if (x >= best) {
          row = count;
          best = x;
        }
        at++;
        count++;
        out[i] = count >= n ? row : Number.NaN;
        if (at === n) {
          closeBlock(state, BLOCKS, n, xs, (i - xb - n + 1) | 0, sign, false);
          at = headAt = 0;
          head = Number.NEGATIVE_INFINITY;
        }
      }
      state[0] = count;
      state[1] = at;
      state[2] = row;
      state[3] = best;
      state[BLOCKS] = head;
      state[BLOCKS + 1] = headAt;
    },
  });
}
