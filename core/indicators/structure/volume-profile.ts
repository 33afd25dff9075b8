import { z } from 'zod';
import { period } from '../feature.ts';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { highest, lowest } from '../rolling/window-extreme.ts';

/**
 * Volume by price over the last `period` rows, each row's volume at its typical price, in `bins` equal bins between the window's lowest low and highest
 * high: the middle of the fullest bin (`poc`, the lower of equals) and the edges of the value area, grown from there to the fuller neighbour until it
 * holds `share` of the volume.
 * O(bins) per row, and O(period) where the window's range changes.
 */
export const volumeProfile = defineRows({
  name: 'volume-profile',
  doc: 'Point of control and value area of a volume profile',
  source: 'volume by price; P. Steidlmayer, Market Profile 1984',
  units: 'price',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['poc', 'valueHigh', 'valueLow'],
  options: z.object({
    period: period(2, 100, 10_000),
    bins: z.int().min(2).max(500).default(24),
    share: z.number().min(0.01).max(1).default(0.7),
  }),
  args: ['period', 'bins', 'share'],
  warmup: (o) => o.period - 1,
  rows({ period: n, bins, share }, memory, out) {
    const top = memory.own(highest(n));
    const bottom = memory.own(lowest(n));
    const ring = memory.own(new Slots(2 * n)); // typical prices, then volumes
    const m = memory.own(new Slots(6 + 2 * bins)); // high and low of the bins, rows since the rebuild, spare, -1, volumes, -1, rows per bin
    return (k, high, low, close, volume) => {
      const r = ring.s;
      const s = m.s;
      const at = k % n;
      const upper = top.push(high);
      const lower = bottom.push(low);
      const typical = (high + low + close) / 3;
      const scale = upper > lower ? bins / (upper - lower) : 0;
      const binOf = (price: number) => {
        const place = (price - lower) * scale;
        return (place < bins - 1 ? (place > 0 ? place : 0) : bins - 1) | 0; // no branch, and a whole number from here on
      };
      // Rebuilt where the range has moved, and every period rows, so that subtractions cannot add up to a drift.
      if (k < n || upper !== s[0] || lower !== s[1] || s[2]! >= n) {
        r[at] = typical;
        r[n + at] = volume;
        if (k < n - 1) {
          out.fill(Number.NaN);
          return;
        }
        s[0] = upper;
        s[1] = lower;
        s.fill(0, 2);
        s[4] = s[5 + bins] = -1; // less than any volume: the value area ends there
        for (let j = 0; j < n; j++) {
          const bin = binOf(r[j]!);
          s[5 + bin]! += r[n + j]!;
          s[6 + bins + bin]!++;
        }
      } else {
        const old = binOf(r[at]!);
        if (--s[6 + bins + old]! === 0) s[5 + old] = 0;
        else s[5 + old] = Math.max(0, s[5 + old]! - r[n + at]!);
        r[at] = typical;
        r[n + at] = volume;
        const bin = binOf(typical);
        s[5 + bin]! += volume;
        s[6 + bins + bin]!++;
        s[2]!++;
      }
      const width = (upper - lower) / bins;
      let total = 0;
      let poc = 0;
      let held = s[5]!;
      for (let j = 0; j < bins; j++) {
        const amount = s[5 + j]!;
        total += amount;
        // two choices and no branch: a guess would be wrong as often as not
        poc = amount > held ? j : poc;
        held = amount > held ? amount : held;
      }
      let from = poc;
      let to = poc;
      const goal = share * total;
      let below = s[4 + from]!;
      let above = s[6 + to]!;
      while (held < goal && (from > 0 || to < bins - 1)) {
        // what lies behind either neighbour is there before it is known which of them is the fuller
        const belowNext = s[3 + from]!;
        const aboveNext = s[7 + to]!;
        const fuller = above >= below ? above : below;
        held += fuller;
        to += above >= below ? 1 : 0;
        from -= above >= below ? 0 : 1;
        const over = above >= below ? aboveNext : above;
        below = above >= below ? below : belowNext;
        above = over;
      }
      out[0] = lower + (poc + 0.5) * width;
      out[1] = lower + (to + 1) * width;
      out[2] = lower + from * width;
    };
  },
});
