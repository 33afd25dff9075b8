import { definePattern, type PatternParts } from './pattern.ts';

/** Hammer: short body at the top of a long lower shadow, near the previous low. 100. */
export const cdlHammer = definePattern({
  name: 'cdl-hammer',
  doc: 'Hammer: short body over a long lower shadow, near the last low',
  candles: 1,
  extra: 1,
  make({ v, threshold }) {
    const body = threshold('bodyShort', 0);
    const long = threshold('shadowLong', 0);
    const short = threshold('shadowVeryShort', 0);
    const near = threshold('near', 1);
    return (i) =>
      v.body(i) < body.value &&
      v.lowerShadow(i) > long.value &&
      v.upperShadow(i) < short.value &&
      v.bottom(i) <= v.l[i - 1]! + near.value
        ? 100
        : 0;
  },
});

/** Hanging man: a hammer near the previous high. -100. */
export const cdlHangingMan = definePattern({
  name: 'cdl-hanging-man',
  doc: 'Hanging man: hammer near the last high',
  candles: 1,
  extra: 1,
  make({ v, threshold }) {
    const body = threshold('bodyShort', 0);
    const long = threshold('shadowLong', 0);
    const short = threshold('shadowVeryShort', 0);
    const near = threshold('near', 1);
    return (i) =>
      v.body(i) < body.value &&
      v.lowerShadow(i) > long.value &&
      v.upperShadow(i) < short.value &&
      v.bottom(i) >= v.h[i - 1]! - near.value
        ? -100
        : 0;
  },
});

/** A short body under a long upper shadow, with hardly a lower one. */
function isTopHeavy({ v, threshold }: PatternParts): (i: number) => boolean {
  const body = threshold('bodyShort', 0);
  const long = threshold('shadowLong', 0);
  const short = threshold('shadowVeryShort', 0);
  return (i) => v.body(i) < body.value && v.upperShadow(i) > long.value && v.lowerShadow(i) < short.value;
}

/** Inverted hammer: short body under a long upper shadow, after a gap down. 100. */
export const cdlInvertedHammer = definePattern({
  name: 'cdl-inverted-hammer',
  doc: 'Inverted hammer: short body under a long upper shadow after a gap down',
  candles: 1,
  extra: 1,
  make(parts) {
    const isStar = isTopHeavy(parts);
    return (i) => (isStar(i) && parts.v.isBodyGapDown(i, i - 1) ? 100 : 0);
  },
});

/** Shooting star: short body under a long upper shadow, after a gap up. -100. */
export const cdlShootingStar = definePattern({
  name: 'cdl-shooting-star',
  doc: 'Shooting star: short body under a long upper shadow after a gap up',
  candles: 1,
  extra: 1,
  make(parts) {
    const isStar = isTopHeavy(parts);
    return (i) => (isStar(i) && parts.v.isBodyGapUp(i, i - 1) ? -100 : 0);
  },
});

/** Engulfing: a body that covers the previous one of the other colour. ±100; ±80 where they share an end. */
export const cdlEngulfing = definePattern({
  name: 'cdl-engulfing',
  doc: 'Engulfing: body covers the previous one of the other colour',
  candles: 2,
  make({ v }) {
    return (i) => {
      const sign = v.color(i);
      if (sign === v.color(i - 1)) return 0;
      const open = v.o[i]!;
      const close = v.c[i]!;
      const first = v.o[i - 1]!;
      const last = v.c[i - 1]!;
      const covers =
        sign > 0
          ? (close >= first && open < last) || (close > first && open <= last)
          : (open >= last && close < first) || (open > last && close <= first);
      if (!covers) return 0;
      return open !== last && close !== first ? sign * 100 : sign * 80;
    };
  },
});

function harami({ v, threshold }: PatternParts, second: 'bodyShort' | 'bodyDoji'): (i: number) => number {
  const long = threshold('bodyLong', 1);
  const small = threshold(second, 0);
  return (i) => {
    if (!(v.body(i - 1) > long.value && v.body(i) <= small.value)) return 0;
    const sign = -v.color(i - 1);
    const top = v.top(i);
    const bottom = v.bottom(i);
    if (top < v.top(i - 1) && bottom > v.bottom(i - 1)) return sign * 100;
    return top <= v.top(i - 1) && bottom >= v.bottom(i - 1) ? sign * 80 : 0;
  };
}

/** Harami: a short body within a long one. ±100 against the long one's colour; ±80 where they share an end. */
export const cdlHarami = definePattern({
  name: 'cdl-harami',
  doc: 'Harami: short body within the previous long one',
  candles: 1,
  make: (parts) => harami(parts, 'bodyShort'),
});

/** Harami cross: a doji within a long body. ±100 against the long one's colour; ±80 where they share an end. */
export const cdlHaramiCross = definePattern({
  name: 'cdl-harami-cross',
  doc: 'Harami cross: doji within the previous long body',
  candles: 1,
  make: (parts) => harami(parts, 'bodyDoji'),
});

/** Homing pigeon: a short black body within a long black one. 100. */
export const cdlHomingPigeon = definePattern({
  name: 'cdl-homing-pigeon',
  doc: 'Homing pigeon: short black body within a long black one',
  candles: 1,
  make({ v, threshold }) {
    const long = threshold('bodyLong', 1);
    const short = threshold('bodyShort', 0);
    return (i) =>
      v.isBlack(i - 1) &&
      v.isBlack(i) &&
      v.body(i - 1) > long.value &&
      v.body(i) <= short.value &&
      v.o[i]! < v.o[i - 1]! &&
      v.c[i]! > v.c[i - 1]!
        ? 100
        : 0;
  },
});

/** Doji star: a doji that gaps away in the direction of a long body. ±100 against it. */
export const cdlDojiStar = definePattern({
  name: 'cdl-doji-star',
  doc: 'Doji star: doji beyond a long body',
  candles: 1,
  make({ v, threshold }) {
    const long = threshold('bodyLong', 1);
    const doji = threshold('bodyDoji', 0);
    return (i) => {
      if (!(v.body(i - 1) > long.value && v.body(i) <= doji.value)) return 0;
      if (v.isWhite(i - 1)) return v.isBodyGapUp(i, i - 1) ? -100 : 0;
      return v.isBodyGapDown(i, i - 1) ? 100 : 0;
    };
  },
});
