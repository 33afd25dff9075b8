import { definePattern } from './pattern.ts';

/** Dark cloud cover: opens above a long white candle's high and closes deep in its body. -100. */
export const cdlDarkCloudCover = definePattern({
  name: 'cdl-dark-cloud-cover',
  doc: 'Dark cloud cover: black candle from above the high deep into a long white body',
  penetration: 0.5,
  shapes: [[-100, 'white body>long', 'black o>h1 c>o1']],
  check: (v, i, _value, penetration) => v.c[i]! < v.c[i - 1]! - v.body(i - 1) * penetration,
});

/** Piercing: a long white candle from below a long black one's low into the upper half of its body. 100. */
export const cdlPiercing = definePattern({
  name: 'cdl-piercing',
  doc: 'Piercing: long white candle from below the low into the upper half of a long black body',
  shapes: [[100, 'black body>long', 'white body>long o<l1 c<o1 c>c1+body1*0.5']],
});

/** In-neck: a white candle from below the low closes just inside a long black body. -100. */
export const cdlInNeck = definePattern({
  name: 'cdl-in-neck',
  doc: 'In-neck: white candle closes slightly into a long black body',
  shapes: [[-100, 'black body>long', 'white o<l1 c<=c1+equal1 c>=c1']],
});

/** On-neck: a white candle from below the low closes at the low of a long black one. -100. */
export const cdlOnNeck = definePattern({
  name: 'cdl-on-neck',
  doc: 'On-neck: white candle closes at the low of a long black one',
  shapes: [[-100, 'black body>long', 'white o<l1 c<=l1+equal1 c>=l1-equal1']],
});

/** Thrusting: a white candle from below the low closes in the lower half of a long black body. -100. */
export const cdlThrusting = definePattern({
  name: 'cdl-thrusting',
  doc: 'Thrusting: white candle closes into the lower half of a long black body',
  shapes: [[-100, 'black body>long', 'white o<l1 c>c1+equal1 c<=c1+body1*0.5']],
});

/** Counterattack: two long candles of opposite colours that close at the same price. ±100 by the last colour. */
export const cdlCounterattack = definePattern({
  name: 'cdl-counterattack',
  doc: 'Counterattack: two long opposite candles with equal closes',
  shapes: [
    [100, 'black body>long', 'white body>long c<=c1+equal1 c>=c1-equal1'],
    [-100, 'white body>long', 'black body>long c<=c1+equal1 c>=c1-equal1'],
  ],
});

/** Separating lines: opposite candles with one open, the last a belt hold. ±100 by the last colour. */
export const cdlSeparatingLines = definePattern({
  name: 'cdl-separating-lines',
  doc: 'Separating lines: opposite candles with equal opens, the last a belt hold',
  extra: 1,
  shapes: [
    [100, 'black', 'white body>long o<=o1+equal1 o>=o1-equal1 lower<veryShort'],
    [-100, 'white', 'black body>long o<=o1+equal1 o>=o1-equal1 upper<veryShort'],
  ],
});

/** Matching low: two black candles with one close. 100. */
export const cdlMatchingLow = definePattern({
  name: 'cdl-matching-low',
  doc: 'Matching low: two black candles with equal closes',
  shapes: [[100, 'black', 'black c<=c1+equal1 c>=c1-equal1']],
});

/** Kicking: opposite marubozu with a gap. ±100 by the last colour. */
export const cdlKicking = definePattern({
  name: 'cdl-kicking',
  doc: 'Kicking: opposite marubozu with a gap between them',
  shapes: [
    [100, 'black body>long upper<veryShort lower<veryShort', 'white body>long upper<veryShort lower<veryShort l>h1'],
    [-100, 'white body>long upper<veryShort lower<veryShort', 'black body>long upper<veryShort lower<veryShort h<l1'],
  ],
});

/** Kicking by length: kicking, signed by the longer of the two. */
export const cdlKickingByLength = definePattern({
  name: 'cdl-kicking-by-length',
  doc: 'Kicking, signed by the longer marubozu',
  shapes: [
    [
      100,
      'black body>long upper<veryShort lower<veryShort',
      'white body>long upper<veryShort lower<veryShort l>h1 body>body1',
    ],
    [-100, 'black body>long upper<veryShort lower<veryShort', 'white body>long upper<veryShort lower<veryShort l>h1'],
    [
      -100,
      'white body>long upper<veryShort lower<veryShort',
      'black body>long upper<veryShort lower<veryShort h<l1 body>body1',
    ],
    [100, 'white body>long upper<veryShort lower<veryShort', 'black body>long upper<veryShort lower<veryShort h<l1'],
  ],
});
