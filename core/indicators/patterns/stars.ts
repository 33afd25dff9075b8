import type { CandleView } from './candle-view.ts';
import { definePattern } from './pattern.ts';

/** Whether the last candle closes far enough in the body two candles before it, on the side of the pattern's sign. */
function isDeep(v: CandleView, i: number, value: number, penetration: number): boolean {
  const depth = v.body(i - 2) * penetration;
  return value > 0 ? v.c[i]! > v.c[i - 2]! + depth : v.c[i]! < v.c[i - 2]! - depth;
}

/** Morning star: long black, small body below it, white back into the first body. 100. */
export const cdlMorningStar = definePattern({
  name: 'cdl-morning-star',
  doc: 'Morning star',
  penetration: 0.3,
  shapes: [[100, 'black body>long', 'body<=short t<b1', 'white body>short']],
  check: isDeep,
});

/** Morning doji star: a morning star around a doji. 100. */
export const cdlMorningDojiStar = definePattern({
  name: 'cdl-morning-doji-star',
  doc: 'Morning doji star',
  penetration: 0.3,
  shapes: [[100, 'black body>long', 'body<=doji t<b1', 'white body>short']],
  check: isDeep,
});

/** Evening star: long white, small body above it, black back into the first body. -100. */
export const cdlEveningStar = definePattern({
  name: 'cdl-evening-star',
  doc: 'Evening star',
  penetration: 0.3,
  shapes: [[-100, 'white body>long', 'body<=short b>t1', 'black body>short']],
  check: isDeep,
});

/** Evening doji star: an evening star around a doji. -100. */
export const cdlEveningDojiStar = definePattern({
  name: 'cdl-evening-doji-star',
  doc: 'Evening doji star',
  penetration: 0.3,
  shapes: [[-100, 'white body>long', 'body<=doji b>t1', 'black body>short']],
  check: isDeep,
});

/** Abandoned baby: a doji with gaps on both sides, shadows included. ±100 by the last colour. */
export const cdlAbandonedBaby = definePattern({
  name: 'cdl-abandoned-baby',
  doc: 'Abandoned baby: doji apart from both neighbours, shadows included',
  penetration: 0.3,
  shapes: [
    [-100, 'white body>long', 'body<=doji l>h1', 'black body>short h<l1'],
    [100, 'black body>long', 'body<=doji h<l1', 'white body>short l>h1'],
  ],
  check: isDeep,
});

/** Tristar: three dojis, the middle one beyond the others. ±100. */
export const cdlTristar = definePattern({
  name: 'cdl-tristar',
  doc: 'Tristar: three dojis, the middle one beyond the others',
  shapes: [
    [100, 'body<=doji', 'body<=doji1 t<b1', 'body<=doji2 b>b1'],
    [-100, 'body<=doji', 'body<=doji1 b>t1', 'body<=doji2 t<t1'],
  ],
});
