import type { Cell } from '../rolling/memory.ts';

/** The candle columns a pattern looks at. All indexes are places in these arrays. */
export class CandleView {
  o: Float64Array = new Float64Array(0);
  h: Float64Array = new Float64Array(0);
  l: Float64Array = new Float64Array(0);
  c: Float64Array = new Float64Array(0);

  /** Length of the real body. */
  body(i: number): number {
    return Math.abs(this.c[i]! - this.o[i]!);
  }
  /** High - low. */
  range(i: number): number {
    return this.h[i]! - this.l[i]!;
  }
  isWhite(i: number): boolean {
    return this.c[i]! >= this.o[i]!;
  }
  isBlack(i: number): boolean {
    return this.c[i]! < this.o[i]!;
  }
  /** 1 for a white candle (close >= open), -1 for a black one. */
  color(i: number): number {
    return this.c[i]! >= this.o[i]! ? 1 : -1;
  }
  /** Upper end of the real body. */
  top(i: number): number {
    return Math.max(this.o[i]!, this.c[i]!);
  }
  /** Lower end of the real body. */
  bottom(i: number): number {
    return Math.min(this.o[i]!, this.c[i]!);
  }
  upperShadow(i: number): number {
    return this.h[i]! - this.top(i);
  }
  lowerShadow(i: number): number {
    return this.bottom(i) - this.l[i]!;
  }
  /** The body of `i` lies wholly above that of `j`. */
  isBodyGapUp(i: number, j: number): boolean {
    return this.bottom(i) > this.top(j);
  }
  isBodyGapDown(i: number, j: number): boolean {
    return this.top(i) < this.bottom(j);
  }
  /** All of candle `i`, shadows included, lies above `j`. */
  isGapUp(i: number, j: number): boolean {
    return this.l[i]! > this.h[j]!;
  }
  isGapDown(i: number, j: number): boolean {
    return this.h[i]! < this.l[j]!;
  }
}

const BODY = 0;
const RANGE = 1;
const SHADOWS = 2;

/**
 * What "long", "doji", "near" … mean: [measure, rows averaged, factor], the measure being the body, the range or half the shadows.
 * Over 0 rows the candle is compared with itself. TA-Lib's default candle settings.
 */
export const CANDLE_SETTINGS = {
  bodyLong: [BODY, 10, 1],
  bodyShort: [BODY, 10, 1],
  bodyDoji: [RANGE, 10, 0.1],
  shadowLong: [BODY, 0, 1],
  shadowVeryLong: [BODY, 0, 2],
  shadowShort: [SHADOWS, 10, 1],
  shadowVeryShort: [RANGE, 10, 0.1],
  near: [RANGE, 5, 0.2],
  far: [RANGE, 5, 0.6],
  equal: [RANGE, 5, 0.05],
} as const satisfies Record<string, readonly [number, number, number]>;

export type CandleSetting = keyof typeof CANDLE_SETTINGS;

/**
 * Threshold of one setting for the candle `shift` rows back: factor × average of the measure over the rows before that candle.
 * The sum is carried as TA-Lib carries it (total += new - old), so that comparisons at equality fall on the same side.
 */
export class CandleThreshold implements Cell {
  readonly view: CandleView;
  readonly shift: number;
  readonly rows: number;
  readonly measure: number;
  readonly factor: number;
  readonly size = 1;
  s = new Float64Array(0);

  constructor(view: CandleView, setting: CandleSetting, shift: number) {
    this.view = view;
    this.shift = shift;
    [this.measure, this.rows, this.factor] = CANDLE_SETTINGS[setting];
  }

  /** Sums the window for a first look at `i`. */
  start(i: number): void {
    if (this.rows === 0) return;
    let sum = 0;
    for (let j = i - this.shift - this.rows; j < i - this.shift; j++) sum += this.#measure(j);
    this.s[0] = sum;
  }

  /** The threshold, for the pattern that ends at `i`. */
  at(i: number): number {
    const value = this.rows === 0 ? this.#measure(i - this.shift) : this.s[0]! / this.rows;
    return (this.factor * value) / (this.measure === SHADOWS ? 2 : 1);
  }

  /** Moves on from `i` to the next row. */
  roll(i: number): void {
    if (this.rows === 0) return;
    const j = i - this.shift;
    this.s[0] = this.s[0]! + (this.#measure(j) - this.#measure(j - this.rows));
  }

  #measure(i: number): number {
    const v = this.view;
    if (this.measure === RANGE) return v.h[i]! - v.l[i]!;
    if (this.measure === BODY) return Math.abs(v.c[i]! - v.o[i]!);
    return v.upperShadow(i) + v.lowerShadow(i);
  }
}
