import { definePattern } from './pattern.ts';

/** Doji: open and close nearly equal. 100. */
export const cdlDoji = definePattern({
  name: 'cdl-doji',
  doc: 'Doji: open and close nearly equal',
  candles: 0,
  make({ v, threshold }) {
    const doji = threshold('bodyDoji', 0);
    return (i) => (v.body(i) <= doji.value ? 100 : 0);
  },
});

/** Dragonfly doji: a doji at the high with a lower shadow. 100. */
export const cdlDragonflyDoji = definePattern({
  name: 'cdl-dragonfly-doji',
  doc: 'Dragonfly doji: doji with a lower shadow only',
  candles: 0,
  make({ v, threshold }) {
    const doji = threshold('bodyDoji', 0);
    const short = threshold('shadowVeryShort', 0);
    return (i) =>
      v.body(i) <= doji.value && v.upperShadow(i) < short.value && v.lowerShadow(i) > short.value ? 100 : 0;
  },
});

/** Gravestone doji: a doji at the low with an upper shadow. 100. */
export const cdlGravestoneDoji = definePattern({
  name: 'cdl-gravestone-doji',
  doc: 'Gravestone doji: doji with an upper shadow only',
  candles: 0,
  make({ v, threshold }) {
    const doji = threshold('bodyDoji', 0);
    const short = threshold('shadowVeryShort', 0);
    return (i) =>
      v.body(i) <= doji.value && v.lowerShadow(i) < short.value && v.upperShadow(i) > short.value ? 100 : 0;
  },
});

/** Long-legged doji: a doji with a long shadow. 100. */
export const cdlLongLeggedDoji = definePattern({
  name: 'cdl-long-legged-doji',
  doc: 'Long-legged doji: doji with a long shadow',
  candles: 0,
  make({ v, threshold }) {
    const doji = threshold('bodyDoji', 0);
    const long = threshold('shadowLong', 0);
    return (i) =>
      v.body(i) <= doji.value && (v.lowerShadow(i) > long.value || v.upperShadow(i) > long.value) ? 100 : 0;
  },
});

/** Rickshaw man: a doji near the middle of a candle with two long shadows. 100. */
export const cdlRickshawMan = definePattern({
  name: 'cdl-rickshaw-man',
  doc: 'Rickshaw man: doji in the middle of two long shadows',
  candles: 0,
  make({ v, threshold }) {
    const doji = threshold('bodyDoji', 0);
    const long = threshold('shadowLong', 0);
    const near = threshold('near', 0);
    return (i) => {
      if (!(v.body(i) <= doji.value && v.lowerShadow(i) > long.value && v.upperShadow(i) > long.value)) return 0;
      const middle = v.l[i]! + v.range(i) / 2;
      return v.bottom(i) <= middle + near.value && v.top(i) >= middle - near.value ? 100 : 0;
    };
  },
});

/** Takuri: a dragonfly doji with a very long lower shadow. 100. */
export const cdlTakuri = definePattern({
  name: 'cdl-takuri',
  doc: 'Takuri: dragonfly doji with a very long lower shadow',
  candles: 0,
  make({ v, threshold }) {
    const doji = threshold('bodyDoji', 0);
    const short = threshold('shadowVeryShort', 0);
    const long = threshold('shadowVeryLong', 0);
    return (i) =>
      v.body(i) <= doji.value && v.upperShadow(i) < short.value && v.lowerShadow(i) > long.value ? 100 : 0;
  },
});

/** Belt hold: a long candle that opens at its extreme. ±100 by colour. */
export const cdlBeltHold = definePattern({
  name: 'cdl-belt-hold',
  doc: 'Belt hold: long candle without shadow at its open',
  candles: 0,
  make({ v, threshold }) {
    const long = threshold('bodyLong', 0);
    const short = threshold('shadowVeryShort', 0);
    return (i) => {
      if (!(v.body(i) > long.value)) return 0;
      if (v.isWhite(i)) return v.lowerShadow(i) < short.value ? 100 : 0;
      return v.upperShadow(i) < short.value ? -100 : 0;
    };
  },
});

/** Closing marubozu: a long candle that closes at its extreme. ±100 by colour. */
export const cdlClosingMarubozu = definePattern({
  name: 'cdl-closing-marubozu',
  doc: 'Closing marubozu: long candle without shadow at its close',
  candles: 0,
  make({ v, threshold }) {
    const long = threshold('bodyLong', 0);
    const short = threshold('shadowVeryShort', 0);
    return (i) => {
      if (!(v.body(i) > long.value)) return 0;
      if (v.isWhite(i)) return v.upperShadow(i) < short.value ? 100 : 0;
      return v.lowerShadow(i) < short.value ? -100 : 0;
    };
  },
});

/** Marubozu: a long candle without shadows. ±100 by colour. */
export const cdlMarubozu = definePattern({
  name: 'cdl-marubozu',
  doc: 'Marubozu: long candle without shadows',
  candles: 0,
  make({ v, threshold }) {
    const long = threshold('bodyLong', 0);
    const short = threshold('shadowVeryShort', 0);
    return (i) =>
      v.body(i) > long.value && v.upperShadow(i) < short.value && v.lowerShadow(i) < short.value ? 100 * v.color(i) : 0;
  },
});

/** Long line: a long body with short shadows. ±100 by colour. */
export const cdlLongLine = definePattern({
  name: 'cdl-long-line',
  doc: 'Long line: long body with short shadows',
  candles: 0,
  make({ v, threshold }) {
    const long = threshold('bodyLong', 0);
    const short = threshold('shadowShort', 0);
    return (i) =>
      v.body(i) > long.value && v.upperShadow(i) < short.value && v.lowerShadow(i) < short.value ? 100 * v.color(i) : 0;
  },
});

/** Short line: a short body with short shadows. ±100 by colour. */
export const cdlShortLine = definePattern({
  name: 'cdl-short-line',
  doc: 'Short line: short body with short shadows',
  candles: 0,
  make({ v, threshold }) {
    const body = threshold('bodyShort', 0);
    const short = threshold('shadowShort', 0);
    return (i) =>
      v.body(i) < body.value && v.upperShadow(i) < short.value && v.lowerShadow(i) < short.value ? 100 * v.color(i) : 0;
  },
});

/** Spinning top: a short body with longer shadows on both sides. ±100 by colour. */
export const cdlSpinningTop = definePattern({
  name: 'cdl-spinning-top',
  doc: 'Spinning top: short body between longer shadows',
  candles: 0,
  make({ v, threshold }) {
    const short = threshold('bodyShort', 0);
    return (i) => {
      const body = v.body(i);
      return body < short.value && v.upperShadow(i) > body && v.lowerShadow(i) > body ? 100 * v.color(i) : 0;
    };
  },
});

/** High wave: a short body between very long shadows. ±100 by colour. */
export const cdlHighWave = definePattern({
  name: 'cdl-high-wave',
  doc: 'High wave: short body between very long shadows',
  candles: 0,
  make({ v, threshold }) {
    const short = threshold('bodyShort', 0);
    const long = threshold('shadowVeryLong', 0);
    return (i) =>
      v.body(i) < short.value && v.upperShadow(i) > long.value && v.lowerShadow(i) > long.value ? 100 * v.color(i) : 0;
  },
});
