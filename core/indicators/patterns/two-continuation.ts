import { definePattern, type PatternParts } from './pattern.ts';

/** Dark cloud cover: opens above a long white candle's high and closes deep in its body. -100. */
export const cdlDarkCloudCover = definePattern({
  name: 'cdl-dark-cloud-cover',
  doc: 'Dark cloud cover: black candle from above the high deep into a long white body',
  candles: 1,
  penetration: 0.5,
  make({ v, threshold, penetration }) {
    const long = threshold('bodyLong', 1);
    return (i) =>
      v.isWhite(i - 1) &&
      v.body(i - 1) > long.value &&
      v.isBlack(i) &&
      v.o[i]! > v.h[i - 1]! &&
      v.c[i]! > v.o[i - 1]! &&
      v.c[i]! < v.c[i - 1]! - v.body(i - 1) * penetration
        ? -100
        : 0;
  },
});

/** Piercing: a long white candle from below a long black one's low into the upper half of its body. 100. */
export const cdlPiercing = definePattern({
  name: 'cdl-piercing',
  doc: 'Piercing: long white candle from below the low into the upper half of a long black body',
  candles: 1,
  make({ v, threshold }) {
    const first = threshold('bodyLong', 1);
    const second = threshold('bodyLong', 0);
    return (i) =>
      v.isBlack(i - 1) &&
      v.body(i - 1) > first.value &&
      v.isWhite(i) &&
      v.body(i) > second.value &&
      v.o[i]! < v.l[i - 1]! &&
      v.c[i]! < v.o[i - 1]! &&
      v.c[i]! > v.c[i - 1]! + v.body(i - 1) * 0.5
        ? 100
        : 0;
  },
});

/** A white candle that opens below the low of a long black one: what in-neck, on-neck and thrusting have in common. */
function isBelowLongBlack({ v, threshold }: PatternParts): (i: number) => boolean {
  const long = threshold('bodyLong', 1);
  return (i) => v.isBlack(i - 1) && v.body(i - 1) > long.value && v.isWhite(i) && v.o[i]! < v.l[i - 1]!;
}

/** In-neck: a white candle from below the low closes just inside a long black body. -100. */
export const cdlInNeck = definePattern({
  name: 'cdl-in-neck',
  doc: 'In-neck: white candle closes slightly into a long black body',
  candles: 1,
  make(parts) {
    const { v } = parts;
    const equal = parts.threshold('equal', 1);
    const isBase = isBelowLongBlack(parts);
    return (i) => (isBase(i) && v.c[i]! <= v.c[i - 1]! + equal.value && v.c[i]! >= v.c[i - 1]! ? -100 : 0);
  },
});

/** On-neck: a white candle from below the low closes at the low of a long black one. -100. */
export const cdlOnNeck = definePattern({
  name: 'cdl-on-neck',
  doc: 'On-neck: white candle closes at the low of a long black one',
  candles: 1,
  make(parts) {
    const { v } = parts;
    const equal = parts.threshold('equal', 1);
    const isBase = isBelowLongBlack(parts);
    return (i) =>
      isBase(i) && v.c[i]! <= v.l[i - 1]! + equal.value && v.c[i]! >= v.l[i - 1]! - equal.value ? -100 : 0;
  },
});

/** Thrusting: a white candle from below the low closes in the lower half of a long black body. -100. */
export const cdlThrusting = definePattern({
  name: 'cdl-thrusting',
  doc: 'Thrusting: white candle closes into the lower half of a long black body',
  candles: 1,
  make(parts) {
    const { v } = parts;
    const equal = parts.threshold('equal', 1);
    const isBase = isBelowLongBlack(parts);
    return (i) =>
      isBase(i) && v.c[i]! > v.c[i - 1]! + equal.value && v.c[i]! <= v.c[i - 1]! + v.body(i - 1) * 0.5 ? -100 : 0;
  },
});

/** Counterattack: two long candles of opposite colours that close at the same price. ±100 by the last colour. */
export const cdlCounterattack = definePattern({
  name: 'cdl-counterattack',
  doc: 'Counterattack: two long opposite candles with equal closes',
  candles: 1,
  make({ v, threshold }) {
    const equal = threshold('equal', 1);
    const first = threshold('bodyLong', 1);
    const second = threshold('bodyLong', 0);
    return (i) =>
      v.color(i - 1) === -v.color(i) &&
      v.body(i - 1) > first.value &&
      v.body(i) > second.value &&
      v.c[i]! <= v.c[i - 1]! + equal.value &&
      v.c[i]! >= v.c[i - 1]! - equal.value
        ? 100 * v.color(i)
        : 0;
  },
});

/** Separating lines: opposite candles with one open, the last a belt hold. ±100 by the last colour. */
export const cdlSeparatingLines = definePattern({
  name: 'cdl-separating-lines',
  doc: 'Separating lines: opposite candles with equal opens, the last a belt hold',
  candles: 1,
  extra: 1,
  make({ v, threshold }) {
    const short = threshold('shadowVeryShort', 0);
    const long = threshold('bodyLong', 0);
    const equal = threshold('equal', 1);
    return (i) => {
      const isApart =
        v.color(i - 1) === -v.color(i) &&
        v.o[i]! <= v.o[i - 1]! + equal.value &&
        v.o[i]! >= v.o[i - 1]! - equal.value &&
        v.body(i) > long.value;
      if (!isApart) return 0;
      if (v.isWhite(i)) return v.lowerShadow(i) < short.value ? 100 : 0;
      return v.upperShadow(i) < short.value ? -100 : 0;
    };
  },
});

/** Matching low: two black candles with one close. 100. */
export const cdlMatchingLow = definePattern({
  name: 'cdl-matching-low',
  doc: 'Matching low: two black candles with equal closes',
  candles: 1,
  make({ v, threshold }) {
    const equal = threshold('equal', 1);
    return (i) =>
      v.isBlack(i - 1) && v.isBlack(i) && v.c[i]! <= v.c[i - 1]! + equal.value && v.c[i]! >= v.c[i - 1]! - equal.value
        ? 100
        : 0;
  },
});

/** Two marubozu of opposite colours with a gap between them, in the direction of the last. */
function isKick({ v, threshold }: PatternParts): (i: number) => boolean {
  const short1 = threshold('shadowVeryShort', 1);
  const short0 = threshold('shadowVeryShort', 0);
  const long1 = threshold('bodyLong', 1);
  const long0 = threshold('bodyLong', 0);
  return (i) =>
    v.color(i - 1) === -v.color(i) &&
    v.body(i - 1) > long1.value &&
    v.upperShadow(i - 1) < short1.value &&
    v.lowerShadow(i - 1) < short1.value &&
    v.body(i) > long0.value &&
    v.upperShadow(i) < short0.value &&
    v.lowerShadow(i) < short0.value &&
    (v.isBlack(i - 1) ? v.isGapUp(i, i - 1) : v.isGapDown(i, i - 1));
}

/** Kicking: opposite marubozu with a gap. ±100 by the last colour. */
export const cdlKicking = definePattern({
  name: 'cdl-kicking',
  doc: 'Kicking: opposite marubozu with a gap between them',
  candles: 1,
  make(parts) {
    const isPattern = isKick(parts);
    return (i) => (isPattern(i) ? 100 * parts.v.color(i) : 0);
  },
});

/** Kicking by length: kicking, signed by the longer of the two. */
export const cdlKickingByLength = definePattern({
  name: 'cdl-kicking-by-length',
  doc: 'Kicking, signed by the longer marubozu',
  candles: 1,
  make(parts) {
    const { v } = parts;
    const isPattern = isKick(parts);
    return (i) => (isPattern(i) ? 100 * v.color(v.body(i) > v.body(i - 1) ? i : i - 1) : 0);
  },
});
