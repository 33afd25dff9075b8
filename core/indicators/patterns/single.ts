import { definePattern } from './pattern.ts';

/** Doji: open and close nearly equal. 100. */
export const cdlDoji = definePattern({
  name: 'cdl-doji',
  doc: 'Doji: open and close nearly equal',
  shapes: [[100, 'body<=doji']],
});

/** Dragonfly doji: a doji at the high with a lower shadow. 100. */
export const cdlDragonflyDoji = definePattern({
  name: 'cdl-dragonfly-doji',
  doc: 'Dragonfly doji: doji with a lower shadow only',
  shapes: [[100, 'body<=doji upper<veryShort lower>veryShort']],
});

/** Gravestone doji: a doji at the low with an upper shadow. 100. */
export const cdlGravestoneDoji = definePattern({
  name: 'cdl-gravestone-doji',
  doc: 'Gravestone doji: doji with an upper shadow only',
  shapes: [[100, 'body<=doji lower<veryShort upper>veryShort']],
});

/** Long-legged doji: a doji with a long shadow. 100. */
export const cdlLongLeggedDoji = definePattern({
  name: 'cdl-long-legged-doji',
  doc: 'Long-legged doji: doji with a long shadow',
  shapes: [
    [100, 'body<=doji lower>body'],
    [100, 'body<=doji upper>body'],
  ],
});

/** Rickshaw man: a doji near the middle of a candle with two long shadows. 100. */
export const cdlRickshawMan = definePattern({
  name: 'cdl-rickshaw-man',
  doc: 'Rickshaw man: doji in the middle of two long shadows',
  shapes: [[100, 'body<=doji lower>body upper>body b<=l+range/2+near t>=l+range/2-near']],
});

/** Takuri: a dragonfly doji with a very long lower shadow. 100. */
export const cdlTakuri = definePattern({
  name: 'cdl-takuri',
  doc: 'Takuri: dragonfly doji with a very long lower shadow',
  shapes: [[100, 'body<=doji upper<veryShort lower>2*body']],
});

/** Belt hold: a long candle that opens at its extreme. ±100 by colour. */
export const cdlBeltHold = definePattern({
  name: 'cdl-belt-hold',
  doc: 'Belt hold: long candle without shadow at its open',
  shapes: [
    [100, 'white body>long lower<veryShort'],
    [-100, 'black body>long upper<veryShort'],
  ],
});

/** Closing marubozu: a long candle that closes at its extreme. ±100 by colour. */
export const cdlClosingMarubozu = definePattern({
  name: 'cdl-closing-marubozu',
  doc: 'Closing marubozu: long candle without shadow at its close',
  shapes: [
    [100, 'white body>long upper<veryShort'],
    [-100, 'black body>long lower<veryShort'],
  ],
});

/** Marubozu: a long candle without shadows. ±100 by colour. */
export const cdlMarubozu = definePattern({
  name: 'cdl-marubozu',
  doc: 'Marubozu: long candle without shadows',
  shapes: [
    [100, 'white body>long upper<veryShort lower<veryShort'],
    [-100, 'black body>long upper<veryShort lower<veryShort'],
  ],
});

/** Long line: a long body with short shadows. ±100 by colour. */
export const cdlLongLine = definePattern({
  name: 'cdl-long-line',
  doc: 'Long line: long body with short shadows',
  shapes: [
    [100, 'white body>long upper<shortShadow lower<shortShadow'],
    [-100, 'black body>long upper<shortShadow lower<shortShadow'],
  ],
});

/** Short line: a short body with short shadows. ±100 by colour. */
export const cdlShortLine = definePattern({
  name: 'cdl-short-line',
  doc: 'Short line: short body with short shadows',
  shapes: [
    [100, 'white body<short upper<shortShadow lower<shortShadow'],
    [-100, 'black body<short upper<shortShadow lower<shortShadow'],
  ],
});

/** Spinning top: a short body with longer shadows on both sides. ±100 by colour. */
export const cdlSpinningTop = definePattern({
  name: 'cdl-spinning-top',
  doc: 'Spinning top: short body between longer shadows',
  shapes: [
    [100, 'white body<short upper>body lower>body'],
    [-100, 'black body<short upper>body lower>body'],
  ],
});

/** High wave: a short body between very long shadows. ±100 by colour. */
export const cdlHighWave = definePattern({
  name: 'cdl-high-wave',
  doc: 'High wave: short body between very long shadows',
  shapes: [
    [100, 'white body<short upper>2*body lower>2*body'],
    [-100, 'black body<short upper>2*body lower>2*body'],
  ],
});
