import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, period } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { withLoop } from '../loops/with-loop.ts';
import { clearExtreme, closeBlock, extremeState } from '../math/block-extreme.ts';
import { SCAN_PERIOD } from '../math/extreme-row.ts';
import { inBlocks } from '../math/in-blocks.ts';

/** Writes 100 × (n - age) / n for the lowest low and the highest high of the last n + 1 candles, the latest of equals. */
export function aroonKernel(n: number, [high, low]: readonly Column[], down: Column, up: Column): Kernel {
  if (n < SCAN_PERIOD) return scanKernel(n, high!, low!, down, up);
  const width = n + 1;
  const LOW = 2;
  const HIGH = LOW + extremeState(width);
  // [candles since the last NaN (up to n + 1), place within the block, blocks of negated lows, blocks of highs]
  const state = new Float64Array(HIGH + extremeState(width));
  clearExtreme(state, LOW);
  clearExtreme(state, HIGH);
  const factor = 100 / n;
  return inBlocks({
    state,
    advance(fromRow, toRow) {
      const ups = up.values;
      const ob = up.base;
      const from = (fromRow - ob) | 0;
      const to = (toRow - ob) | 0;
      const downs = down.values;
      const db = (down.base - ob) | 0;
      const hs = high!.values;
      const hb = (high!.base - ob) | 0;
      const ls = low!.values;
      const lb = (low!.base - ob) | 0;
      let count = state[0]! | 0;
      let at = state[1]! | 0;
      let lowHead = state[LOW]!;
      let lowAt = state[LOW + 1]! | 0;
      let highHead = state[HIGH]!;
      let highAt = state[HIGH + 1]! | 0;
      for (let i = from; i < to; i++) {
        const h = hs[(i - hb) | 0]!;
        const l = -ls[(i - lb) | 0]!;
        if (Number.isNaN(h + l)) {
          count = at = lowAt = highAt = 0;
          lowHead = highHead = Number.NEGATIVE_INFINITY;
          ups[i] = Number.NaN;
          downs[(i - db) | 0] = Number.NaN;
          continue;
        }
        if (l >= lowHead) {
          lowHead = l;
          lowAt = at;
        }
        if (h >= highHead) {
          highHead = h;
          highAt = at;
        }
        let lowAge = at - lowAt;
        let highAge = at - highAt;
        // the rest of the window is the end of the block before, from the next place on
        const tail = at + 3;
        if (count > n && at < n) {
          if (state[LOW + tail]! > lowHead) lowAge = width + at - (state[LOW + width + tail]! | 0);
          if (state[HIGH + tail]! > highHead) highAge = width + at - (state[HIGH + width + tail]! | 0);
        }
        at++;
        if (count < n) {
          count++;
          ups[i] = Number.NaN;
          downs[(i - db) | 0] = Number.NaN;
        } else {
          count = width;
          ups[i] = factor * (n - highAge);
          downs[(i - db) | 0] = factor * (n - lowAge);
        }
        if (at === width) {
          closeBlock(state, LOW, width, ls, (i - lb - n) | 0, -1, true);
          closeBlock(state, HIGH, width, hs, (i - hb - n) | 0, 1, true);
          at = lowAt = highAt = 0;
          lowHead = highHead = Number.NEGATIVE_INFINITY;
        }
      }
      state[0] = count;
      state[1] = at;
      state[LOW] = lowHead;
      state[LOW + 1] = lowAt;
      state[HIGH] = highHead;
      state[HIGH + 1] = highAt;
    },
  });
}

/** The same for short windows: each is looked through when its extreme leaves. */
function scanKernel(n: number, high: Column, low: Column, down: Column, up: Column): Kernel {
  // [candles since the last NaN (up to n + 1), rows since the lowest, rows since the highest]
  const state = new Float64Array(3);
  const factor = 100 / n;
  return withLoop(
    {
      state,
      advance(fromRow, toRow) {
        const ups = up.values;
        const ob = up.base;
        const to = (toRow - ob) | 0;
        const downs = down.values;
        const db = (down.base - ob) | 0;
        const hs = high.values;
        const hb = (high.base - ob) | 0;
        const ls = low.values;
        const lb = (low.base - ob) | 0;
        let count = state[0]! | 0;
        let lowAge = state[1]! | 0;
        let highAge = state[2]! | 0;
        for (let i = (fromRow - ob) | 0; i < to; i++) {
          const h = (i - hb) | 0;
          const l = (i - lb) | 0;
          if (Number.isNaN(hs[h]! + ls[l]!)) {
            count = lowAge = highAge = 0;
            ups[i] = Number.NaN;
            downs[(i - db) | 0] = Number.NaN;
            continue;
          }
          lowAge = (lowAge + 1) | 0;
          highAge = (highAge + 1) | 0;
          if (count === 0) lowAge = highAge = 0;
          else {
            if (lowAge > n) {
              lowAge = n;
              for (let k = n - 1; k >= 0; k--) if (ls[(l - k) | 0]! <= ls[(l - lowAge) | 0]!) lowAge = k;
            } else if (ls[l]! <= ls[(l - lowAge) | 0]!) lowAge = 0;
            if (highAge > n) {
              highAge = n;
              for (let k = n - 1; k >= 0; k--) if (hs[(h - k) | 0]! >= hs[(h - highAge) | 0]!) highAge = k;
            } else if (hs[h]! >= hs[(h - highAge) | 0]!) highAge = 0;
          }
          if (count <= n) count = (count + 1) | 0;
          ups[i] = count > n ? factor * (n - highAge) : Number.NaN;
          downs[(i - db) | 0] = count > n ? factor * (n - lowAge) : Number.NaN;
        }
        state[0] = count;
        state[1] = lowAge;
        state[2] = highAge;
      },
    },
    'aroon',
    [n],
    [high, low],
    [down, up],
  );
}

/**
 * Aroon of Chande (1995): how recent the lowest low (down) and the highest high (up) of the last period + 1 candles are,
 * 100 × (period - age) / period.
 * Candles in, 0..100 out; NaN for the first `period` rows. Amortised O(1) per row.
 */
export const aroon = defineFeature({
  name: 'aroon',
  doc: 'Aroon: how recent the lowest low and the highest high are',
  source: 'TA-Lib AROON; Chande 1995',
  units: '0..100',
  inputs: ['high', 'low'],
  outputs: ['down', 'up'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  lookback: (o) => o.period,
  create: ({ period: n }, inputs, [down, up]) => aroonKernel(n, inputs, down!, up!),
});
