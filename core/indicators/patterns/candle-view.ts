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

/** Threshold of one setting for the candle `shift` rows back: factor × average of the measure over the rows before that candle. */
export class CandleThreshold {
  readonly setting: CandleSetting;
  readonly shift: number;
  readonly #values: Float64Array;
  readonly #place: number;

  /** `values[place]` is where the pattern's loop puts the threshold of each row. */
  constructor(setting: CandleSetting, shift: number, values: Float64Array, place: number) {
    this.setting = setting;
    this.shift = shift;
    this.#values = values;
    this.#place = place;
  }

  /** The threshold, for the pattern that ends at the present row. */
  get value(): number {
    return this.#values[this.#place]!;
  }
}

/** Text of the measure of a setting for the candle at the place that `at` writes. */
function measureText(measure: number, at: string): string {
  if (measure === RANGE) return `(h[${at}] - l[${at}])`;
  if (measure === BODY) return `Math.abs(c[${at}] - o[${at}])`;
  return `((h[${at}] - Math.max(o[${at}], c[${at}])) + (Math.min(o[${at}], c[${at}]) - l[${at}]))`;
}

/**
 * The parts of a loop that carry threshold `j`: its sum in `s<j>`, its value in `t[j]`. The sum is carried as TA-Lib carries it
 * (total += new - old), so that comparisons at equality fall on the same side.
 */
export function thresholdText({ setting, shift }: CandleThreshold, j: number) {
  const [measure, rows, factor] = CANDLE_SETTINGS[setting];
  const half = measure === SHADOWS ? ' / 2' : '';
  if (rows === 0)
    return { start: '', value: `t[${j}] = ${factor} * ${measureText(measure, `i - ${shift}`)}${half};`, roll: '' };
  const old = measureText(measure, `i - ${shift + rows}`);
  return {
    start: `s${j} = 0; for (let q = i - ${shift + rows}; q < i - ${shift}; q++) s${j} += ${measureText(measure, 'q')};`,
    value: `t[${j}] = ${factor} * (s${j} / ${rows})${half};`,
    roll: `s${j} = s${j} + (${measureText(measure, `i - ${shift}`)} - ${old});`,
  };
}
