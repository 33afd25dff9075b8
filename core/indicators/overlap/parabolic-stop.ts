import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { withLoop } from '../loops/with-loop.ts';

/** Where the stop starts (0: as the first two candles say), how a reversal moves it, and the acceleration of either side. */
interface ParabolicOptions {
  readonly startValue: number;
  readonly offsetOnReverse: number;
  readonly initialLong: number;
  readonly stepLong: number;
  readonly maximumLong: number;
  readonly initialShort: number;
  readonly stepShort: number;
  readonly maximumShort: number;
}

/** Wilder's parabolic stop and reverse (1978). @returns kernel: highs and lows in, prices out, times `short` while short; NaN for the first row. O(1) per row */
export function parabolicStop(
  o: ParabolicOptions,
  short: 1 | -1,
  [high, low]: readonly [Column, Column],
  output: Column,
): Kernel {
  // Doubles by their kind: V8 keeps a number on the heap where it may come out of a variable or a field of any kind.
  const knobs = Float64Array.of(
    o.offsetOnReverse,
    Math.min(o.initialLong, o.maximumLong),
    Math.min(o.stepLong, o.maximumLong),
    o.maximumLong,
    Math.min(o.initialShort, o.maximumShort),
    Math.min(o.stepShort, o.maximumShort),
    o.maximumShort,
  );
  // [rows since the last NaN (up to 2), 1 when long, stop, extreme, acceleration, previous high and low]
  const state = new Float64Array(7);
  return withLoop(
    {
      state,
      advance(fromRow, toRow) {
        const out = output.values;
        const ob = output.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const hs = high.values;
        const hb = (high.base - ob) | 0;
        const ls = low.values;
        const lb = (low.base - ob) | 0;
        const offset = knobs[0]!;
        const initialLong = knobs[1]!;
        const stepLong = knobs[2]!;
        const maximumLong = knobs[3]!;
        const initialShort = knobs[4]!;
        const stepShort = knobs[5]!;
        const maximumShort = knobs[6]!;
        let count = state[0]!;
        let isLong = state[1] === 1;
        let stop = state[2]!;
        let extreme = state[3]!;
        let factor = state[4]!;
        let ph = state[5]!;
        let pl = state[6]!;
        for (let i = from; i < to; i++) {
          const h = hs[(i - hb) | 0]!;
          const l = ls[(i - lb) | 0]!;
          if (Number.isNaN(h + l)) {
            count = 0;
            out[i] = Number.NaN;
            continue;
          }
          if (count < 2) {
            if (count === 0) {
              count = 1;
              ph = h;
              pl = l;
              out[i] = Number.NaN;
              continue;
            }
            count = 2;
            const down = pl - l;
            isLong = o.startValue === 0 ? !(down > 0 && down > h - ph) : o.startValue > 0;
            extreme = isLong ? h : l;
            stop = o.startValue === 0 ? (isLong ? pl : ph) : Math.abs(o.startValue);
            factor = isLong ? initialLong : initialShort;
            ph = h;
            pl = l;
          }
          if (isLong) {
            if (l <= stop) {
              isLong = false;
              stop = extreme;
              if (stop < ph) stop = ph;
              if (stop < h) stop = h;
              if (offset !== 0) stop += stop * offset;
              out[i] = short * stop;
              factor = initialShort;
              extreme = l;
              stop += factor * (extreme - stop);
              if (stop < ph) stop = ph;
              if (stop < h) stop = h;
            } else {
              out[i] = stop;
              if (h > extreme) {
                extreme = h;
                factor += stepLong;
                if (factor > maximumLong) factor = maximumLong;
              }
              stop += factor * (extreme - stop);
              if (stop > pl) stop = pl;
              if (stop > l) stop = l;
            }
          } else if (h >= stop) {
            isLong = true;
            stop = extreme;
            if (stop > pl) stop = pl;
            if (stop > l) stop = l;
            if (offset !== 0) stop -= stop * offset;
            out[i] = stop;
            factor = initialLong;
            extreme = h;
            stop += factor * (extreme - stop);
            if (stop > pl) stop = pl;
            if (stop > l) stop = l;
          } else {
            out[i] = short * stop;
            if (l < extreme) {
              extreme = l;
              factor += stepShort;
              if (factor > maximumShort) factor = maximumShort;
            }
            stop += factor * (extreme - stop);
            if (stop < ph) stop = ph;
            if (stop < h) stop = h;
          }
          ph = h;
          pl = l;
        }
        state[0] = count;
        state[1] = isLong ? 1 : 0;
        state[2] = stop;
        state[3] = extreme;
        state[4] = factor;
        state[5] = ph;
        state[6] = pl;
      },
    },
    short < 0 ? 'sarext' : 'sar',
    [...knobs],
    [high, low],
    [output],
  );
}
