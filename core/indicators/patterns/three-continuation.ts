import { definePattern } from './pattern.ts';

/** Side-by-side white lines beyond a gap. ±100 by the gap. */
export const cdlGapSideSideWhite = definePattern({
  name: 'cdl-gap-side-side-white',
  doc: 'Gap side-by-side white lines',
  candles: 2,
  extra: 1,
  make({ v, threshold }) {
    const near = threshold('near', 1);
    const equal = threshold('equal', 1);
    return (i) => {
      const isUp = v.isBodyGapUp(i - 1, i - 2) && v.isBodyGapUp(i, i - 2);
      if (!isUp && !(v.isBodyGapDown(i - 1, i - 2) && v.isBodyGapDown(i, i - 2))) return 0;
      const body = v.body(i - 1);
      const isPair =
        v.isWhite(i - 1) &&
        v.isWhite(i) &&
        v.body(i) >= body - near.value &&
        v.body(i) <= body + near.value &&
        v.o[i]! >= v.o[i - 1]! - equal.value &&
        v.o[i]! <= v.o[i - 1]! + equal.value;
      return isPair ? (isUp ? 100 : -100) : 0;
    };
  },
});

/** Tasuki gap: a gap, then a candle of the other colour and like size that does not close it. ±100 by the gap. */
export const cdlTasukiGap = definePattern({
  name: 'cdl-tasuki-gap',
  doc: 'Tasuki gap',
  candles: 2,
  extra: 1,
  make({ v, threshold }) {
    const near = threshold('near', 1);
    return (i) => {
      const open = v.o[i]!;
      const close = v.c[i]!;
      const first = v.o[i - 1]!;
      const last = v.c[i - 1]!;
      const isAlike = Math.abs(v.body(i - 1) - v.body(i)) < near.value;
      if (v.isWhite(i - 1)) {
        const isUp = v.isBodyGapUp(i - 1, i - 2) && v.isBlack(i) && open < last && open > first && close < first;
        return isUp && close > v.top(i - 2) && isAlike ? 100 : 0;
      }
      const isDown = v.isBodyGapDown(i - 1, i - 2) && v.isWhite(i) && open < first && open > last && close > first;
      return isDown && close < v.bottom(i - 2) && isAlike ? -100 : 0;
    };
  },
});

/** Gap three methods: two candles of one colour with a gap, then one of the other that closes it. ±100 by the first colour. */
export const cdlXSideGap3Methods = definePattern({
  name: 'cdl-x-side-gap-3-methods',
  doc: 'Upside or downside gap three methods',
  candles: 2,
  make({ v }) {
    return (i) => {
      const sign = v.color(i - 2);
      const closes =
        sign === v.color(i - 1) &&
        v.color(i) === -sign &&
        v.o[i]! < v.top(i - 1) &&
        v.o[i]! > v.bottom(i - 1) &&
        v.c[i]! < v.top(i - 2) &&
        v.c[i]! > v.bottom(i - 2);
      if (!closes) return 0;
      return (sign > 0 ? v.isBodyGapUp(i - 1, i - 2) : v.isBodyGapDown(i - 1, i - 2)) ? sign * 100 : 0;
    };
  },
});

/** Three white soldiers: three rising white candles with hardly an upper shadow, each opening within or near the last body. 100. */
export const cdl3WhiteSoldiers = definePattern({
  name: 'cdl-3-white-soldiers',
  doc: 'Three white soldiers',
  candles: 2,
  make({ v, threshold }) {
    const short2 = threshold('shadowVeryShort', 2);
    const short1 = threshold('shadowVeryShort', 1);
    const short0 = threshold('shadowVeryShort', 0);
    const near2 = threshold('near', 2);
    const near1 = threshold('near', 1);
    const far2 = threshold('far', 2);
    const far1 = threshold('far', 1);
    const small = threshold('bodyShort', 0);
    return (i) =>
      v.isWhite(i - 2) &&
      v.upperShadow(i - 2) < short2.value &&
      v.isWhite(i - 1) &&
      v.upperShadow(i - 1) < short1.value &&
      v.isWhite(i) &&
      v.upperShadow(i) < short0.value &&
      v.c[i]! > v.c[i - 1]! &&
      v.c[i - 1]! > v.c[i - 2]! &&
      v.o[i - 1]! > v.o[i - 2]! &&
      v.o[i - 1]! <= v.c[i - 2]! + near2.value &&
      v.o[i]! > v.o[i - 1]! &&
      v.o[i]! <= v.c[i - 1]! + near1.value &&
      v.body(i - 1) > v.body(i - 2) - far2.value &&
      v.body(i) > v.body(i - 1) - far1.value &&
      v.body(i) > small.value
        ? 100
        : 0;
  },
});

/** Advance block: three rising white candles that weaken. -100. */
export const cdlAdvanceBlock = definePattern({
  name: 'cdl-advance-block',
  doc: 'Advance block: three rising white candles that weaken',
  candles: 2,
  make({ v, threshold }) {
    const short2 = threshold('shadowShort', 2);
    const short1 = threshold('shadowShort', 1);
    const short0 = threshold('shadowShort', 0);
    const tail0 = threshold('shadowLong', 0);
    const near2 = threshold('near', 2);
    const near1 = threshold('near', 1);
    const far2 = threshold('far', 2);
    const far1 = threshold('far', 1);
    const long = threshold('bodyLong', 2);
    return (i) => {
      const isRise =
        v.isWhite(i - 2) &&
        v.isWhite(i - 1) &&
        v.isWhite(i) &&
        v.c[i]! > v.c[i - 1]! &&
        v.c[i - 1]! > v.c[i - 2]! &&
        v.o[i - 1]! > v.o[i - 2]! &&
        v.o[i - 1]! <= v.c[i - 2]! + near2.value &&
        v.o[i]! > v.o[i - 1]! &&
        v.o[i]! <= v.c[i - 1]! + near1.value &&
        v.body(i - 2) > long.value &&
        v.upperShadow(i - 2) < short2.value;
      if (!isRise) return 0;
      const a = v.body(i - 2);
      const b = v.body(i - 1);
      const c = v.body(i);
      const isWeak =
        (b < a - far2.value && c < b + near1.value) ||
        c < b - far1.value ||
        (c < b && b < a && (v.upperShadow(i) > short0.value || v.upperShadow(i - 1) > short1.value)) ||
        (c < b && v.upperShadow(i) > tail0.value);
      return isWeak ? -100 : 0;
    };
  },
});

/** Stalled pattern: two long rising white candles, then a short one at the top of the second. -100. */
export const cdlStalledPattern = definePattern({
  name: 'cdl-stalled-pattern',
  doc: 'Stalled pattern: a short third white candle',
  candles: 2,
  make({ v, threshold }) {
    const long2 = threshold('bodyLong', 2);
    const long1 = threshold('bodyLong', 1);
    const small = threshold('bodyShort', 0);
    const short = threshold('shadowVeryShort', 1);
    const near2 = threshold('near', 2);
    const near1 = threshold('near', 1);
    return (i) =>
      v.isWhite(i - 2) &&
      v.isWhite(i - 1) &&
      v.isWhite(i) &&
      v.c[i]! > v.c[i - 1]! &&
      v.c[i - 1]! > v.c[i - 2]! &&
      v.body(i - 2) > long2.value &&
      v.body(i - 1) > long1.value &&
      v.upperShadow(i - 1) < short.value &&
      v.o[i - 1]! > v.o[i - 2]! &&
      v.o[i - 1]! <= v.c[i - 2]! + near2.value &&
      v.body(i) < small.value &&
      v.o[i]! >= v.c[i - 1]! - v.body(i) - near1.value
        ? -100
        : 0;
  },
});

/** Identical three crows: three falling black candles, each opening at the last close. -100. */
export const cdlIdentical3Crows = definePattern({
  name: 'cdl-identical-3-crows',
  doc: 'Identical three crows: black candles that open at the last close',
  candles: 2,
  make({ v, threshold }) {
    const short2 = threshold('shadowVeryShort', 2);
    const short1 = threshold('shadowVeryShort', 1);
    const short0 = threshold('shadowVeryShort', 0);
    const equal2 = threshold('equal', 2);
    const equal1 = threshold('equal', 1);
    return (i) =>
      v.isBlack(i - 2) &&
      v.lowerShadow(i - 2) < short2.value &&
      v.isBlack(i - 1) &&
      v.lowerShadow(i - 1) < short1.value &&
      v.isBlack(i) &&
      v.lowerShadow(i) < short0.value &&
      v.c[i - 2]! > v.c[i - 1]! &&
      v.c[i - 1]! > v.c[i]! &&
      v.o[i - 1]! <= v.c[i - 2]! + equal2.value &&
      v.o[i - 1]! >= v.c[i - 2]! - equal2.value &&
      v.o[i]! <= v.c[i - 1]! + equal1.value &&
      v.o[i]! >= v.c[i - 1]! - equal1.value
        ? -100
        : 0;
  },
});
