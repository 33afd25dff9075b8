import { z } from 'zod';
import { ratio } from '../rolling/arithmetic.ts';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';

const DAY_MS = 86_400_000;
const session = {
  sessionMs: z.number().min(1).default(DAY_MS),
  offsetMs: z.number().min(-DAY_MS).max(DAY_MS).default(0),
};

/**
 * Floor traders' pivots from the high, low and close of the last complete session (UTC day by default). In the first session they are
 * computed from that session so far.
 */
export const floorPivots = defineRows({
  name: 'floor-pivots',
  doc: "Floor traders' pivot levels from the last session",
  source: 'p = (h + l + c) / 3; r1 = 2p - l, s1 = 2p - h, r2 = p + h - l, s2 = p - (h - l)',
  units: 'price',
  inputs: ['time', 'high', 'low', 'close'],
  outputs: ['pivot', 'r1', 's1', 'r2', 's2'],
  options: z.object(session),
  args: ['sessionMs', 'offsetMs'],
  warmup: () => 0,
  settle: (o) => 2 * Math.ceil(o.sessionMs / 60_000),
  rows({ sessionMs, offsetMs }, memory, out) {
    const m = memory.own(new Slots(8)); // session, its high, low, close so far; those of the last; whether there is a last
    return (k, time, high, low, close) => {
      const s = m.s;
      const id = Math.floor((time - offsetMs) / sessionMs);
      if (k === 0 || id !== s[0]) {
        if (k > 0) {
          s[4] = s[1]!;
          s[5] = s[2]!;
          s[6] = s[3]!;
          s[7] = 1;
        }
        s[0] = id;
        s[1] = high;
        s[2] = low;
      }
      if (high > s[1]!) s[1] = high;
      if (low < s[2]!) s[2] = low;
      s[3] = close;
      const at = s[7]! > 0 ? 4 : 1;
      const h = s[at]!;
      const l = s[at + 1]!;
      const pivot = (h + l + s[at + 2]!) / 3;
      out[0] = pivot;
      out[1] = 2 * pivot - l;
      out[2] = 2 * pivot - h;
      out[3] = pivot + (h - l);
      out[4] = pivot - (h - l);
    };
  },
});

/** High and low of the session so far (UTC day by default), and where in them the close lies: 0 at the low, 1 at the high, 0.5 without range. */
export const sessionRange = defineRows({
  name: 'session-range',
  doc: 'Range of the session so far and the place of the close in it',
  source: 'running extremes, restarting with each session',
  units: 'price; 0..1',
  inputs: ['time', 'high', 'low', 'close'],
  outputs: ['high', 'low', 'position'],
  options: z.object(session),
  args: ['sessionMs', 'offsetMs'],
  warmup: () => 0,
  settle: (o) => Math.ceil(o.sessionMs / 60_000),
  rows({ sessionMs, offsetMs }, memory, out) {
    const m = memory.own(new Slots(3)); // session, high, low
    return (k, time, high, low, close) => {
      const s = m.s;
      const id = Math.floor((time - offsetMs) / sessionMs);
      if (k === 0 || id !== s[0]) {
        s[0] = id;
        s[1] = high;
        s[2] = low;
      }
      if (high > s[1]!) s[1] = high;
      if (low < s[2]!) s[2] = low;
      out[0] = s[1]!;
      out[1] = s[2]!;
      out[2] = ratio(close - s[2]!, s[1]! - s[2]!, 0.5);
    };
  },
});
