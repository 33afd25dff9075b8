import { definePattern } from './pattern.ts';

/** Hammer: short body at the top of a long lower shadow, near the previous low. 100. */
export const cdlHammer = definePattern({
  name: 'cdl-hammer',
  doc: 'Hammer: short body over a long lower shadow, near the last low',
  extra: 1,
  shapes: [[100, 'body<short lower>body upper<veryShort b<=l1+near1']],
});

/** Hanging man: a hammer near the previous high. -100. */
export const cdlHangingMan = definePattern({
  name: 'cdl-hanging-man',
  doc: 'Hanging man: hammer near the last high',
  extra: 1,
  shapes: [[-100, 'body<short lower>body upper<veryShort b>=h1-near1']],
});

/** Inverted hammer: short body under a long upper shadow, after a gap down. 100. */
export const cdlInvertedHammer = definePattern({
  name: 'cdl-inverted-hammer',
  doc: 'Inverted hammer: short body under a long upper shadow after a gap down',
  extra: 1,
  shapes: [[100, 'body<short upper>body lower<veryShort t<b1']],
});

/** Shooting star: short body under a long upper shadow, after a gap up. -100. */
export const cdlShootingStar = definePattern({
  name: 'cdl-shooting-star',
  doc: 'Shooting star: short body under a long upper shadow after a gap up',
  extra: 1,
  shapes: [[-100, 'body<short upper>body lower<veryShort b>t1']],
});

/** Engulfing: a body that covers the previous one of the other colour. ±100; ±80 where they share an end. */
export const cdlEngulfing = definePattern({
  name: 'cdl-engulfing',
  doc: 'Engulfing: body covers the previous one of the other colour',
  extra: 1,
  shapes: [
    [100, 'black', 'white c>o1 o<c1'],
    [80, 'black', 'white c>=o1 o<c1'],
    [80, 'black', 'white c>o1 o<=c1'],
    [-100, 'white', 'black o>c1 c<o1'],
    [-80, 'white', 'black o>=c1 c<o1'],
    [-80, 'white', 'black o>c1 c<=o1'],
  ],
});

/** Harami: a short body within a long one. ±100 against the long one's colour; ±80 where they share an end. */
export const cdlHarami = definePattern({
  name: 'cdl-harami',
  doc: 'Harami: short body within the previous long one',
  shapes: [
    [100, 'black body>long', 'body<=short t<t1 b>b1'],
    [80, 'black body>long', 'body<=short t<=t1 b>=b1'],
    [-100, 'white body>long', 'body<=short t<t1 b>b1'],
    [-80, 'white body>long', 'body<=short t<=t1 b>=b1'],
  ],
});

/** Harami cross: a doji within a long body. ±100 against the long one's colour; ±80 where they share an end. */
export const cdlHaramiCross = definePattern({
  name: 'cdl-harami-cross',
  doc: 'Harami cross: doji within the previous long body',
  shapes: [
    [100, 'black body>long', 'body<=doji t<t1 b>b1'],
    [80, 'black body>long', 'body<=doji t<=t1 b>=b1'],
    [-100, 'white body>long', 'body<=doji t<t1 b>b1'],
    [-80, 'white body>long', 'body<=doji t<=t1 b>=b1'],
  ],
});

/** Homing pigeon: a short black body within a long black one. 100. */
export const cdlHomingPigeon = definePattern({
  name: 'cdl-homing-pigeon',
  doc: 'Homing pigeon: short black body within a long black one',
  shapes: [[100, 'black body>long', 'black body<=short o<o1 c>c1']],
});

/** Doji star: a doji that gaps away in the direction of a long body. ±100 against it. */
export const cdlDojiStar = definePattern({
  name: 'cdl-doji-star',
  doc: 'Doji star: doji beyond a long body',
  shapes: [
    [-100, 'white body>long', 'body<=doji b>t1'],
    [100, 'black body>long', 'body<=doji t<b1'],
  ],
});
