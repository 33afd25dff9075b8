import { definePattern } from './pattern.ts';

/** Side-by-side white lines beyond a gap. ±100 by the gap. */
export const cdlGapSideSideWhite = definePattern({
  name: 'cdl-gap-side-side-white',
  doc: 'Gap side-by-side white lines',
  extra: 1,
  shapes: [
    [100, 'white b>t1', 'white b>t2 body>=body1-near1 body<=body1+near1 o>=o1-equal1 o<=o1+equal1'],
    [-100, 'white t<b1', 'white t<b2 body>=body1-near1 body<=body1+near1 o>=o1-equal1 o<=o1+equal1'],
  ],
});

/** Tasuki gap: a gap, then a candle of the other colour and like size that does not close it. ±100 by the gap. */
export const cdlTasukiGap = definePattern({
  name: 'cdl-tasuki-gap',
  doc: 'Tasuki gap',
  extra: 1,
  shapes: [
    [100, 'white b>t1', 'black o<c1 o>o1 c<o1 c>t2 body1-body<near1 body-body1<near1'],
    [-100, 'black t<b1', 'white o<o1 o>c1 c>o1 c<b2 body1-body<near1 body-body1<near1'],
  ],
});

/** Gap three methods: two candles of one colour with a gap, then one of the other that closes it. ±100 by the first colour. */
export const cdlXSideGap3Methods = definePattern({
  name: 'cdl-x-side-gap-3-methods',
  doc: 'Upside or downside gap three methods',
  shapes: [
    [100, 'white', 'white b>t1', 'black o<t1 o>b1 c<t2 c>b2'],
    [-100, 'black', 'black t<b1', 'white o<t1 o>b1 c<t2 c>b2'],
  ],
});

/** Three white soldiers: three rising white candles with hardly an upper shadow, each opening within or near the last body. 100. */
export const cdl3WhiteSoldiers = definePattern({
  name: 'cdl-3-white-soldiers',
  doc: 'Three white soldiers',
  shapes: [
    [
      100,
      'white upper<veryShort',
      'white upper<veryShort c>c1 o>o1 o<=c1+near1 body>body1-far1',
      'white upper<veryShort c>c1 o>o1 o<=c1+near1 body>body1-far1 body>short',
    ],
  ],
});

/** Advance block: three rising white candles that weaken. -100. */
export const cdlAdvanceBlock = definePattern({
  name: 'cdl-advance-block',
  doc: 'Advance block: three rising white candles that weaken',
  shapes: [
    [
      -100,
      'white body>long upper<shortShadow',
      'white c>c1 o>o1 o<=c1+near1 body<body1-far1',
      'white c>c1 o>o1 o<=c1+near1 body<body1+near1',
    ],
    [
      -100,
      'white body>long upper<shortShadow',
      'white c>c1 o>o1 o<=c1+near1',
      'white c>c1 o>o1 o<=c1+near1 body<body1-far1',
    ],
    [
      -100,
      'white body>long upper<shortShadow',
      'white c>c1 o>o1 o<=c1+near1 body<body1',
      'white c>c1 o>o1 o<=c1+near1 body<body1 upper>shortShadow',
    ],
    [
      -100,
      'white body>long upper<shortShadow',
      'white c>c1 o>o1 o<=c1+near1 body<body1 upper>shortShadow',
      'white c>c1 o>o1 o<=c1+near1 body<body1',
    ],
    [
      -100,
      'white body>long upper<shortShadow',
      'white c>c1 o>o1 o<=c1+near1',
      'white c>c1 o>o1 o<=c1+near1 body<body1 upper>body',
    ],
  ],
});

/** Stalled pattern: two long rising white candles, then a short one at the top of the second. -100. */
export const cdlStalledPattern = definePattern({
  name: 'cdl-stalled-pattern',
  doc: 'Stalled pattern: a short third white candle',
  shapes: [
    [
      -100,
      'white body>long',
      'white body>long upper<veryShort c>c1 o>o1 o<=c1+near1',
      'white body<short c>c1 o>=c1-body-near1',
    ],
  ],
});

/** Identical three crows: three falling black candles, each opening at the last close. -100. */
export const cdlIdentical3Crows = definePattern({
  name: 'cdl-identical-3-crows',
  doc: 'Identical three crows: black candles that open at the last close',
  shapes: [
    [
      -100,
      'black lower<veryShort',
      'black lower<veryShort c<c1 o<=c1+equal1 o>=c1-equal1',
      'black lower<veryShort c<c1 o<=c1+equal1 o>=c1-equal1',
    ],
  ],
});
