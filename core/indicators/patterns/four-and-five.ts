import type { CandleView } from './candle-view.ts';
import { definePattern } from './pattern.ts';

/** Whether the two candles before the last stay below the first close of a mat hold, and not deeper in its body than the penetration. */
function holds(v: CandleView, i: number, _value: number, penetration: number): boolean {
  const close = v.c[i - 4]!;
  const floor = close - v.body(i - 4) * penetration;
  const [earlier, later] = [v.bottom(i - 2), v.bottom(i - 1)];
  return earlier < close && later < close && earlier > floor && later > floor && v.top(i - 2) < v.o[i - 3]!;
}

/** Whether the bodies of the three candles before the last reach into the range of the one before them. */
function isWithin(v: CandleView, i: number): boolean {
  const [high, low] = [v.h[i - 4]!, v.l[i - 4]!];
  for (let j = i - 3; j < i; j++) if (!(v.bottom(j) < high && v.top(j) > low)) return false;
  return true;
}

/** Three black crows after a white candle: falling, with hardly a lower shadow, each opening within the last body. -100. */
export const cdl3BlackCrows = definePattern({
  name: 'cdl-3-black-crows',
  doc: 'Three black crows',
  extra: 1,
  shapes: [
    [
      -100,
      'white',
      'black lower<veryShort c<h1',
      'black lower<veryShort o<o1 o>c1 c<c1',
      'black lower<veryShort o<o1 o>c1 c<c1',
    ],
  ],
});

/** Three-line strike: three candles of one colour undone by the fourth. ±100 by the three. */
export const cdl3LineStrike = definePattern({
  name: 'cdl-3-line-strike',
  doc: 'Three-line strike',
  shapes: [
    [100, 'white', 'white o>=b1-near1 o<=t1+near1 c>c1', 'white o>=b1-near1 o<=t1+near1 c>c1', 'black o>c1 c<o3'],
    [-100, 'black', 'black o>=b1-near1 o<=t1+near1 c<c1', 'black o>=b1-near1 o<=t1+near1 c<c1', 'white o<c1 c>o3'],
  ],
});

/** Concealing baby swallow: two black marubozu, a black with an upper shadow below them, a black that engulfs it. 100. */
export const cdlConcealBabySwall = definePattern({
  name: 'cdl-conceal-baby-swall',
  doc: 'Concealing baby swallow',
  shapes: [
    [
      100,
      'black upper<veryShort lower<veryShort',
      'black upper<veryShort lower<veryShort',
      'black t<b1 upper>veryShort h>c1',
      'black h>h1 l<l1',
    ],
  ],
});

/** Breakaway: long body, gap in its direction, two more candles on, then one that closes in the gap. ±100 by the last colour. */
export const cdlBreakaway = definePattern({
  name: 'cdl-breakaway',
  doc: 'Breakaway',
  shapes: [
    [100, 'black body>long', 'black t<b1', 'h<h1 l<l1', 'black h<h1 l<l1', 'white c>o3 c<c4'],
    [-100, 'white body>long', 'white b>t1', 'h>h1 l>l1', 'white h>h1 l>l1', 'black c<o3 c>c4'],
  ],
});

/** Ladder bottom: three falling black candles, a black with an upper shadow, a white above its high. 100. */
export const cdlLadderBottom = definePattern({
  name: 'cdl-ladder-bottom',
  doc: 'Ladder bottom',
  extra: 3,
  shapes: [[100, 'black', 'black o<o1 c<c1', 'black o<o1 c<c1', 'black upper>veryShort', 'white o>o1 c>h1']],
});

/** Mat hold: long white, three short candles above that give back little, white to a new high. 100. */
export const cdlMatHold = definePattern({
  name: 'cdl-mat-hold',
  doc: 'Mat hold',
  penetration: 0.5,
  shapes: [
    [100, 'white body>long', 'black body<short b>t1', 'body<short', 'body<short t<t1', 'white o>c1 c>h1 c>h2 c>h3'],
  ],
  check: holds,
});

/** Rising or falling three methods: long body, three short ones against it within its range, long body onward. ±100 by the first colour. */
export const cdlRiseFall3Methods = definePattern({
  name: 'cdl-rise-fall-3-methods',
  doc: 'Rising or falling three methods',
  shapes: [
    [
      100,
      'white body>long',
      'black body<short',
      'black body<short c<c1',
      'black body<short c<c1',
      'white body>long o>c1 c>c4',
    ],
    [
      -100,
      'black body>long',
      'white body<short',
      'white body<short c>c1',
      'white body<short c>c1',
      'black body>long o<c1 c<c4',
    ],
  ],
  check: isWithin,
});
