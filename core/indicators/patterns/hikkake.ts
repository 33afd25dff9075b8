import { Slots } from '../rolling/memory.ts';
import { definePattern, type PatternParts } from './pattern.ts';

/**
 * Follows a pattern until its confirmation: `detect` gives its sign at a row, and a close beyond the previous candle's high (bullish) or low (bearish)
 * within three rows doubles it, once.
 */
function confirmed({ v, own }: PatternParts, detect: (i: number) => number): (i: number) => number {
  const m = own(new Slots(3)); // sign of the pending pattern (0: none), its age in rows, the level to pass
  return (i) => {
    const s = m.s;
    const sign = detect(i);
    if (sign !== 0) {
      s[0] = sign;
      s[1] = 0;
      s[2] = sign > 0 ? v.h[i - 1]! : v.l[i - 1]!;
      return sign * 100;
    }
    if (s[0] === 0) return 0;
    s[1]!++;
    const pending = s[0]!;
    if (s[1]! > 3) s[0] = 0;
    else if (pending > 0 ? v.c[i]! > s[2]! : v.c[i]! < s[2]!) {
      s[0] = 0;
      return pending * 200;
    }
    return 0;
  };
}

/** Hikkake: an inside candle, then a false break of it. ±100, and ±200 when confirmed within three rows. */
export const cdlHikkake = definePattern({
  name: 'cdl-hikkake',
  doc: 'Hikkake: false break of an inside candle, and its confirmation',
  candles: 2,
  extra: 3,
  prelude: 3,
  make(parts) {
    const { v } = parts;
    return confirmed(parts, (i) => {
      if (!(v.h[i - 1]! < v.h[i - 2]! && v.l[i - 1]! > v.l[i - 2]!)) return 0;
      if (v.h[i]! < v.h[i - 1]! && v.l[i]! < v.l[i - 1]!) return 1;
      return v.h[i]! > v.h[i - 1]! && v.l[i]! > v.l[i - 1]! ? -1 : 0;
    });
  },
});

/** Modified hikkake: two inside candles, the first closing near the end that is then falsely broken. ±100, and ±200 when confirmed. */
export const cdlHikkakeMod = definePattern({
  name: 'cdl-hikkake-mod',
  doc: 'Modified hikkake: false break after two inside candles',
  candles: 3,
  extra: 3,
  prelude: 3,
  make(parts) {
    const { v } = parts;
    const near = parts.threshold('near', 2);
    return confirmed(parts, (i) => {
      const isInside =
        v.h[i - 2]! < v.h[i - 3]! &&
        v.l[i - 2]! > v.l[i - 3]! &&
        v.h[i - 1]! < v.h[i - 2]! &&
        v.l[i - 1]! > v.l[i - 2]!;
      if (!isInside) return 0;
      if (v.h[i]! < v.h[i - 1]! && v.l[i]! < v.l[i - 1]!) return v.c[i - 2]! <= v.l[i - 2]! + near.value ? 1 : 0;
      if (v.h[i]! > v.h[i - 1]! && v.l[i]! > v.l[i - 1]!) return v.c[i - 2]! >= v.h[i - 2]! - near.value ? -1 : 0;
      return 0;
    });
  },
});
