import { definePattern, type PatternParts } from './pattern.ts';

/** Morning (sign 1) and evening (sign -1) stars: a long body, a small one beyond it, and a body that comes back past the penetration. */
function star(
  { v, threshold, penetration }: PatternParts,
  sign: 1 | -1,
  middle: 'bodyShort' | 'bodyDoji',
): (i: number) => number {
  const long = threshold('bodyLong', 2);
  const small = threshold(middle, 1);
  const last = threshold('bodyShort', 0);
  return (i) => {
    const isStar =
      v.body(i - 2) > long.value &&
      v.color(i - 2) === -sign &&
      v.body(i - 1) <= small.value &&
      (sign > 0 ? v.isBodyGapDown(i - 1, i - 2) : v.isBodyGapUp(i - 1, i - 2)) &&
      v.body(i) > last.value &&
      v.color(i) === sign;
    if (!isStar) return 0;
    const depth = v.body(i - 2) * penetration;
    const isDeep = sign > 0 ? v.c[i]! > v.c[i - 2]! + depth : v.c[i]! < v.c[i - 2]! - depth;
    return isDeep ? sign * 100 : 0;
  };
}

/** Morning star: long black, small body below it, white back into the first body. 100. */
export const cdlMorningStar = definePattern({
  name: 'cdl-morning-star',
  doc: 'Morning star',
  candles: 2,
  penetration: 0.3,
  make: (parts) => star(parts, 1, 'bodyShort'),
});

/** Morning doji star: a morning star around a doji. 100. */
export const cdlMorningDojiStar = definePattern({
  name: 'cdl-morning-doji-star',
  doc: 'Morning doji star',
  candles: 2,
  penetration: 0.3,
  make: (parts) => star(parts, 1, 'bodyDoji'),
});

/** Evening star: long white, small body above it, black back into the first body. -100. */
export const cdlEveningStar = definePattern({
  name: 'cdl-evening-star',
  doc: 'Evening star',
  candles: 2,
  penetration: 0.3,
  make: (parts) => star(parts, -1, 'bodyShort'),
});

/** Evening doji star: an evening star around a doji. -100. */
export const cdlEveningDojiStar = definePattern({
  name: 'cdl-evening-doji-star',
  doc: 'Evening doji star',
  candles: 2,
  penetration: 0.3,
  make: (parts) => star(parts, -1, 'bodyDoji'),
});

/** Abandoned baby: a doji with gaps on both sides, shadows included. ±100 by the last colour. */
export const cdlAbandonedBaby = definePattern({
  name: 'cdl-abandoned-baby',
  doc: 'Abandoned baby: doji apart from both neighbours, shadows included',
  candles: 2,
  penetration: 0.3,
  make({ v, threshold, penetration }) {
    const long = threshold('bodyLong', 2);
    const doji = threshold('bodyDoji', 1);
    const last = threshold('bodyShort', 0);
    return (i) => {
      if (!(v.body(i - 2) > long.value && v.body(i - 1) <= doji.value && v.body(i) > last.value)) return 0;
      const depth = v.body(i - 2) * penetration;
      if (v.isWhite(i - 2))
        return v.isBlack(i) && v.c[i]! < v.c[i - 2]! - depth && v.isGapUp(i - 1, i - 2) && v.isGapDown(i, i - 1)
          ? -100
          : 0;
      return v.isWhite(i) && v.c[i]! > v.c[i - 2]! + depth && v.isGapDown(i - 1, i - 2) && v.isGapUp(i, i - 1)
        ? 100
        : 0;
    };
  },
});

/** Tristar: three dojis, the middle one beyond the others. ±100. */
export const cdlTristar = definePattern({
  name: 'cdl-tristar',
  doc: 'Tristar: three dojis, the middle one beyond the others',
  candles: 2,
  make({ v, threshold }) {
    const doji = threshold('bodyDoji', 2);
    return (i) => {
      const limit = doji.value;
      if (!(v.body(i - 2) <= limit && v.body(i - 1) <= limit && v.body(i) <= limit)) return 0;
      if (v.isBodyGapDown(i - 1, i - 2) && v.bottom(i) > v.bottom(i - 1)) return 100;
      return v.isBodyGapUp(i - 1, i - 2) && v.top(i) < v.top(i - 1) ? -100 : 0;
    };
  },
});
