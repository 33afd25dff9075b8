import { definePattern } from './pattern.ts';

/** Three black crows after a white candle: falling, with hardly a lower shadow, each opening within the last body. -100. */
export const cdl3BlackCrows = definePattern({
  name: 'cdl-3-black-crows',
  doc: 'Three black crows',
  candles: 3,
  extra: 1,
  make({ v, threshold }) {
    const short2 = threshold('shadowVeryShort', 2);
    const short1 = threshold('shadowVeryShort', 1);
    const short0 = threshold('shadowVeryShort', 0);
    return (i) =>
      v.isWhite(i - 3) &&
      v.isBlack(i - 2) &&
      v.lowerShadow(i - 2) < short2.value &&
      v.isBlack(i - 1) &&
      v.lowerShadow(i - 1) < short1.value &&
      v.isBlack(i) &&
      v.lowerShadow(i) < short0.value &&
      v.o[i - 1]! < v.o[i - 2]! &&
      v.o[i - 1]! > v.c[i - 2]! &&
      v.o[i]! < v.o[i - 1]! &&
      v.o[i]! > v.c[i - 1]! &&
      v.h[i - 3]! > v.c[i - 2]! &&
      v.c[i - 2]! > v.c[i - 1]! &&
      v.c[i - 1]! > v.c[i]!
        ? -100
        : 0;
  },
});

/** Three-line strike: three candles of one colour undone by the fourth. ±100 by the three. */
export const cdl3LineStrike = definePattern({
  name: 'cdl-3-line-strike',
  doc: 'Three-line strike',
  candles: 3,
  make({ v, threshold }) {
    const near3 = threshold('near', 3);
    const near2 = threshold('near', 2);
    return (i) => {
      const sign = v.color(i - 1);
      const isRun =
        v.color(i - 3) === v.color(i - 2) &&
        v.color(i - 2) === sign &&
        v.color(i) === -sign &&
        v.o[i - 2]! >= v.bottom(i - 3) - near3.value &&
        v.o[i - 2]! <= v.top(i - 3) + near3.value &&
        v.o[i - 1]! >= v.bottom(i - 2) - near2.value &&
        v.o[i - 1]! <= v.top(i - 2) + near2.value;
      if (!isRun) return 0;
      const isUndone =
        sign > 0
          ? v.c[i - 1]! > v.c[i - 2]! && v.c[i - 2]! > v.c[i - 3]! && v.o[i]! > v.c[i - 1]! && v.c[i]! < v.o[i - 3]!
          : v.c[i - 1]! < v.c[i - 2]! && v.c[i - 2]! < v.c[i - 3]! && v.o[i]! < v.c[i - 1]! && v.c[i]! > v.o[i - 3]!;
      return isUndone ? sign * 100 : 0;
    };
  },
});

/** Concealing baby swallow: two black marubozu, a black with an upper shadow below them, a black that engulfs it. 100. */
export const cdlConcealBabySwall = definePattern({
  name: 'cdl-conceal-baby-swall',
  doc: 'Concealing baby swallow',
  candles: 3,
  make({ v, threshold }) {
    const short3 = threshold('shadowVeryShort', 3);
    const short2 = threshold('shadowVeryShort', 2);
    const short1 = threshold('shadowVeryShort', 1);
    return (i) =>
      v.isBlack(i - 3) &&
      v.isBlack(i - 2) &&
      v.isBlack(i - 1) &&
      v.isBlack(i) &&
      v.lowerShadow(i - 3) < short3.value &&
      v.upperShadow(i - 3) < short3.value &&
      v.lowerShadow(i - 2) < short2.value &&
      v.upperShadow(i - 2) < short2.value &&
      v.isBodyGapDown(i - 1, i - 2) &&
      v.upperShadow(i - 1) > short1.value &&
      v.h[i - 1]! > v.c[i - 2]! &&
      v.h[i]! > v.h[i - 1]! &&
      v.l[i]! < v.l[i - 1]!
        ? 100
        : 0;
  },
});

/** Breakaway: long body, gap in its direction, two more candles on, then one that closes in the gap. ±100 by the last colour. */
export const cdlBreakaway = definePattern({
  name: 'cdl-breakaway',
  doc: 'Breakaway',
  candles: 4,
  make({ v, threshold }) {
    const long = threshold('bodyLong', 4);
    return (i) => {
      const sign = v.color(i);
      const isRun =
        v.body(i - 4) > long.value &&
        v.color(i - 4) === v.color(i - 3) &&
        v.color(i - 3) === v.color(i - 1) &&
        v.color(i - 1) === -sign;
      if (!isRun) return 0;
      const isPattern =
        sign > 0
          ? v.isBodyGapDown(i - 3, i - 4) &&
            v.h[i - 2]! < v.h[i - 3]! &&
            v.l[i - 2]! < v.l[i - 3]! &&
            v.h[i - 1]! < v.h[i - 2]! &&
            v.l[i - 1]! < v.l[i - 2]! &&
            v.c[i]! > v.o[i - 3]! &&
            v.c[i]! < v.c[i - 4]!
          : v.isBodyGapUp(i - 3, i - 4) &&
            v.h[i - 2]! > v.h[i - 3]! &&
            v.l[i - 2]! > v.l[i - 3]! &&
            v.h[i - 1]! > v.h[i - 2]! &&
            v.l[i - 1]! > v.l[i - 2]! &&
            v.c[i]! < v.o[i - 3]! &&
            v.c[i]! > v.c[i - 4]!;
      return isPattern ? sign * 100 : 0;
    };
  },
});

/** Ladder bottom: three falling black candles, a black with an upper shadow, a white above its high. 100. */
export const cdlLadderBottom = definePattern({
  name: 'cdl-ladder-bottom',
  doc: 'Ladder bottom',
  candles: 4,
  extra: 3,
  make({ v, threshold }) {
    const short = threshold('shadowVeryShort', 1);
    return (i) =>
      v.isBlack(i - 4) &&
      v.isBlack(i - 3) &&
      v.isBlack(i - 2) &&
      v.o[i - 4]! > v.o[i - 3]! &&
      v.o[i - 3]! > v.o[i - 2]! &&
      v.c[i - 4]! > v.c[i - 3]! &&
      v.c[i - 3]! > v.c[i - 2]! &&
      v.isBlack(i - 1) &&
      v.upperShadow(i - 1) > short.value &&
      v.isWhite(i) &&
      v.o[i]! > v.o[i - 1]! &&
      v.c[i]! > v.h[i - 1]!
        ? 100
        : 0;
  },
});

/** Mat hold: long white, three short candles above that give back little, white to a new high. 100. */
export const cdlMatHold = definePattern({
  name: 'cdl-mat-hold',
  doc: 'Mat hold',
  candles: 4,
  penetration: 0.5,
  make({ v, threshold, penetration }) {
    const long = threshold('bodyLong', 4);
    const short3 = threshold('bodyShort', 3);
    const short2 = threshold('bodyShort', 2);
    const short1 = threshold('bodyShort', 1);
    return (i) => {
      const isShape =
        v.body(i - 4) > long.value &&
        v.body(i - 3) < short3.value &&
        v.body(i - 2) < short2.value &&
        v.body(i - 1) < short1.value &&
        v.isWhite(i - 4) &&
        v.isBlack(i - 3) &&
        v.isWhite(i) &&
        v.isBodyGapUp(i - 3, i - 4);
      if (!isShape) return 0;
      const close = v.c[i - 4]!;
      const floor = close - v.body(i - 4) * penetration;
      return v.bottom(i - 2) < close &&
        v.bottom(i - 1) < close &&
        v.bottom(i - 2) > floor &&
        v.bottom(i - 1) > floor &&
        v.top(i - 2) < v.o[i - 3]! &&
        v.top(i - 1) < v.top(i - 2) &&
        v.o[i]! > v.c[i - 1]! &&
        v.c[i]! > Math.max(v.h[i - 3]!, v.h[i - 2]!, v.h[i - 1]!)
        ? 100
        : 0;
    };
  },
});

/** Rising or falling three methods: long body, three short ones against it within its range, long body onward. ±100 by the first colour. */
export const cdlRiseFall3Methods = definePattern({
  name: 'cdl-rise-fall-3-methods',
  doc: 'Rising or falling three methods',
  candles: 4,
  make({ v, threshold }) {
    const long4 = threshold('bodyLong', 4);
    const short3 = threshold('bodyShort', 3);
    const short2 = threshold('bodyShort', 2);
    const short1 = threshold('bodyShort', 1);
    const long0 = threshold('bodyLong', 0);
    return (i) => {
      const sign = v.color(i - 4);
      const high = v.h[i - 4]!;
      const low = v.l[i - 4]!;
      const isShape =
        v.body(i - 4) > long4.value &&
        v.body(i - 3) < short3.value &&
        v.body(i - 2) < short2.value &&
        v.body(i - 1) < short1.value &&
        v.body(i) > long0.value &&
        v.color(i - 3) === -sign &&
        v.color(i - 2) === -sign &&
        v.color(i - 1) === -sign &&
        v.color(i) === sign;
      if (!isShape) return 0;
      for (let j = i - 3; j < i; j++) if (!(v.bottom(j) < high && v.top(j) > low)) return 0;
      return v.c[i - 2]! * sign < v.c[i - 3]! * sign &&
        v.c[i - 1]! * sign < v.c[i - 2]! * sign &&
        v.o[i]! * sign > v.c[i - 1]! * sign &&
        v.c[i]! * sign > v.c[i - 4]! * sign
        ? sign * 100
        : 0;
    };
  },
});
