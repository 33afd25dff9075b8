/** The drawdowns of a curve. Depths are negative fractions of the peak before them; indexes count points of the curve. */
export interface Drawdown {
  /** Deepest fall below an earlier peak; 0 when there was none, NaN for an empty curve. */
  readonly max: number;
  /** Index of the deepest point; -1 when there was no fall. */
  readonly troughIndex: number;
  /** Index of the peak before the deepest point; -1 means the start value. */
  readonly peakIndex: number;
  /** Longest run of points below an earlier peak. */
  readonly longestPoints: number;
  /** First and last index of that run; -1 when there was none. */
  readonly longestFrom: number;
  readonly longestTo: number;
  /** Root mean square of the drawdown in percent (P. Martin's ulcer index). */
  readonly ulcerIndex: number;
}

/** Drawdowns of a curve of values; `start` is the value before its first point and counts as a peak. O(n), nothing allocated. */
export function maxDrawdown(curve: ArrayLike<number>, start: number): Drawdown {
  const n = curve.length;
  const falls = new Falls(start);
  for (let from = 0; from < n; from += BLOCK) falls.add(curve, from, Math.min(n, from + BLOCK));
  const { max, troughIndex, peakIndex, longestPoints, longestTo, squares } = falls;
  return {
    max: n === 0 ? Number.NaN : max,
    troughIndex,
    peakIndex,
    longestPoints,
    longestFrom: longestPoints === 0 ? -1 : longestTo - longestPoints + 1,
    longestTo,
    ulcerIndex: 100 * Math.sqrt(squares / n),
  };
}

/** Points at a time: a function that is called again is compiled sooner than a loop that runs on. */
const BLOCK = 512;

/** What is known of a curve's drawdowns so far, its blocks added in order. */
class Falls {
  max = 0;
  troughIndex = -1;
  peakIndex = -1;
  longestPoints = 0;
  longestTo = -1;
  squares = 0;
  #peak: number;
  #peakAt = -1;
  #run = 0;

  constructor(start: number) {
    this.#peak = start;
  }

  add(curve: ArrayLike<number>, from: number, to: number): void {
    let { max, longestPoints, squares } = this;
    let peak = this.#peak;
    let run = this.#run;
    for (let i = from; i < to; i++) {
      const value = curve[i]!;
      if (value >= peak) {
        peak = value;
        this.#peakAt = i;
        run = 0;
        continue;
      }
      const depth = value / peak - 1;
      squares += depth * depth;
      if (depth < max) {
        max = depth;
        this.troughIndex = i;
        this.peakIndex = this.#peakAt;
      }
      run++;
      if (run > longestPoints) {
        longestPoints = run;
        this.longestTo = i;
      }
    }
    this.max = max;
    this.longestPoints = longestPoints;
    this.squares = squares;
    this.#peak = peak;
    this.#run = run;
  }
}
