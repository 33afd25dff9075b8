import { definePattern } from './pattern.ts';

/** Two crows: long white, black above it, black that opens in the second body and closes in the first. -100. */
export const cdl2Crows = definePattern({
  name: 'cdl-2-crows',
  doc: 'Two crows',
  shapes: [[-100, 'white body>long', 'black b>t1', 'black o<o1 o>c1 c>o2 c<c2']],
});

/** Upside gap two crows: long white, short black above it, black around that still above the first close. -100. */
export const cdlUpsideGap2Crows = definePattern({
  name: 'cdl-upside-gap-2-crows',
  doc: 'Upside gap two crows',
  shapes: [[-100, 'white body>long', 'black body<=short b>t1', 'black o>o1 c<c1 c>c2']],
});

/** Three inside up or down: a harami confirmed by the next close. ±100 against the first colour. */
export const cdl3Inside = definePattern({
  name: 'cdl-3-inside',
  doc: 'Three inside up or down: confirmed harami',
  shapes: [
    [-100, 'white body>long', 'body<=short t<t1 b>b1', 'black c<o2'],
    [100, 'black body>long', 'body<=short t<t1 b>b1', 'white c>o2'],
  ],
});

/** Three outside up or down: an engulfing confirmed by the next close. ±100 by the engulfing colour. */
export const cdl3Outside = definePattern({
  name: 'cdl-3-outside',
  doc: 'Three outside up or down: confirmed engulfing',
  extra: 1,
  shapes: [
    [100, 'black', 'white c>o1 o<c1', 'c>c1'],
    [-100, 'white', 'black o>c1 c<o1', 'c<c1'],
  ],
});

/** Stick sandwich: black, white above its close, black back to that close. 100. */
export const cdlStickSandwich = definePattern({
  name: 'cdl-stick-sandwich',
  doc: 'Stick sandwich: two equal black closes around a white candle',
  shapes: [[100, 'black', 'white l>c1', 'black c<=c2+equal2 c>=c2-equal2']],
});

/** Unique three river: long black, black harami with a lower low, short white above that low. 100. */
export const cdlUnique3River = definePattern({
  name: 'cdl-unique-3-river',
  doc: 'Unique three river',
  shapes: [[100, 'black body>long', 'black c>c1 o<=o1 l<l1', 'white body<short o>l1']],
});

/** Three stars in the south: three black candles, each within the last, the selling drying up. 100. */
export const cdl3StarsInSouth = definePattern({
  name: 'cdl-3-stars-in-south',
  doc: 'Three stars in the south',
  shapes: [
    [
      100,
      'black body>long lower>body',
      'black body<body1 o>c1 o<=h1 l<c1 l>=l1 lower>veryShort',
      'black body<short lower<veryShort upper<veryShort l>l1 h<h1',
    ],
  ],
});
