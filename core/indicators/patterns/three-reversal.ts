import { definePattern } from './pattern.ts';

/** Two crows: long white, black above it, black that opens in the second body and closes in the first. -100. */
export const cdl2Crows = definePattern({
  name: 'cdl-2-crows',
  doc: 'Two crows',
  candles: 2,
  make({ v, threshold }) {
    const long = threshold('bodyLong', 2);
    return (i) =>
      v.isWhite(i - 2) &&
      v.body(i - 2) > long.value &&
      v.isBlack(i - 1) &&
      v.isBodyGapUp(i - 1, i - 2) &&
      v.isBlack(i) &&
      v.o[i]! < v.o[i - 1]! &&
      v.o[i]! > v.c[i - 1]! &&
      v.c[i]! > v.o[i - 2]! &&
      v.c[i]! < v.c[i - 2]!
        ? -100
        : 0;
  },
});

/** Upside gap two crows: long white, short black above it, black around that still above the first close. -100. */
export const cdlUpsideGap2Crows = definePattern({
  name: 'cdl-upside-gap-2-crows',
  doc: 'Upside gap two crows',
  candles: 2,
  make({ v, threshold }) {
    const long = threshold('bodyLong', 2);
    const short = threshold('bodyShort', 1);
    return (i) =>
      v.isWhite(i - 2) &&
      v.body(i - 2) > long.value &&
      v.isBlack(i - 1) &&
      v.body(i - 1) <= short.value &&
      v.isBodyGapUp(i - 1, i - 2) &&
      v.isBlack(i) &&
      v.o[i]! > v.o[i - 1]! &&
      v.c[i]! < v.c[i - 1]! &&
      v.c[i]! > v.c[i - 2]!
        ? -100
        : 0;
  },
});

/** Three inside up or down: a harami confirmed by the next close. ±100 against the first colour. */
export const cdl3Inside = definePattern({
  name: 'cdl-3-inside',
  doc: 'Three inside up or down: confirmed harami',
  candles: 2,
  make({ v, threshold }) {
    const long = threshold('bodyLong', 2);
    const short = threshold('bodyShort', 1);
    return (i) => {
      const isInside =
        v.body(i - 2) > long.value &&
        v.body(i - 1) <= short.value &&
        v.top(i - 1) < v.top(i - 2) &&
        v.bottom(i - 1) > v.bottom(i - 2);
      if (!isInside) return 0;
      if (v.isWhite(i - 2)) return v.isBlack(i) && v.c[i]! < v.o[i - 2]! ? -100 : 0;
      return v.isWhite(i) && v.c[i]! > v.o[i - 2]! ? 100 : 0;
    };
  },
});

/** Three outside up or down: an engulfing confirmed by the next close. ±100 by the engulfing colour. */
export const cdl3Outside = definePattern({
  name: 'cdl-3-outside',
  doc: 'Three outside up or down: confirmed engulfing',
  candles: 3,
  make({ v }) {
    return (i) => {
      if (v.isWhite(i - 1))
        return v.isBlack(i - 2) && v.c[i - 1]! > v.o[i - 2]! && v.o[i - 1]! < v.c[i - 2]! && v.c[i]! > v.c[i - 1]!
          ? 100
          : 0;
      return v.isWhite(i - 2) && v.o[i - 1]! > v.c[i - 2]! && v.c[i - 1]! < v.o[i - 2]! && v.c[i]! < v.c[i - 1]!
        ? -100
        : 0;
    };
  },
});

/** Stick sandwich: black, white above its close, black back to that close. 100. */
export const cdlStickSandwich = definePattern({
  name: 'cdl-stick-sandwich',
  doc: 'Stick sandwich: two equal black closes around a white candle',
  candles: 2,
  make({ v, threshold }) {
    const equal = threshold('equal', 2);
    return (i) =>
      v.isBlack(i - 2) &&
      v.isWhite(i - 1) &&
      v.isBlack(i) &&
      v.l[i - 1]! > v.c[i - 2]! &&
      v.c[i]! <= v.c[i - 2]! + equal.value &&
      v.c[i]! >= v.c[i - 2]! - equal.value
        ? 100
        : 0;
  },
});

/** Unique three river: long black, black harami with a lower low, short white above that low. 100. */
export const cdlUnique3River = definePattern({
  name: 'cdl-unique-3-river',
  doc: 'Unique three river',
  candles: 2,
  make({ v, threshold }) {
    const long = threshold('bodyLong', 2);
    const short = threshold('bodyShort', 0);
    return (i) =>
      v.body(i - 2) > long.value &&
      v.isBlack(i - 2) &&
      v.isBlack(i - 1) &&
      v.c[i - 1]! > v.c[i - 2]! &&
      v.o[i - 1]! <= v.o[i - 2]! &&
      v.l[i - 1]! < v.l[i - 2]! &&
      v.body(i) < short.value &&
      v.isWhite(i) &&
      v.o[i]! > v.l[i - 1]!
        ? 100
        : 0;
  },
});

/** Three stars in the south: three black candles, each within the last, the selling drying up. 100. */
export const cdl3StarsInSouth = definePattern({
  name: 'cdl-3-stars-in-south',
  doc: 'Three stars in the south',
  candles: 2,
  make({ v, threshold }) {
    const long = threshold('bodyLong', 2);
    const tail = threshold('shadowLong', 2);
    const short1 = threshold('shadowVeryShort', 1);
    const short0 = threshold('shadowVeryShort', 0);
    const small = threshold('bodyShort', 0);
    return (i) =>
      v.isBlack(i - 2) &&
      v.isBlack(i - 1) &&
      v.isBlack(i) &&
      v.body(i - 2) > long.value &&
      v.lowerShadow(i - 2) > tail.value &&
      v.body(i - 1) < v.body(i - 2) &&
      v.o[i - 1]! > v.c[i - 2]! &&
      v.o[i - 1]! <= v.h[i - 2]! &&
      v.l[i - 1]! < v.c[i - 2]! &&
      v.l[i - 1]! >= v.l[i - 2]! &&
      v.lowerShadow(i - 1) > short1.value &&
      v.body(i) < small.value &&
      v.lowerShadow(i) < short0.value &&
      v.upperShadow(i) < short0.value &&
      v.l[i]! > v.l[i - 1]! &&
      v.h[i]! < v.h[i - 1]!
        ? 100
        : 0;
  },
});
