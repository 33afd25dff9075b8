/** How far and how long a curve was below an earlier peak; depths are negative fractions of it. `drawdowns` says when. */
export interface FallMeasures {
  /** Deepest fall below an earlier peak; 0 when there was none, NaN for an empty curve. */
  readonly max: number;
  /** Longest run of points below an earlier peak. */
  readonly longestPoints: number;
  /** Root mean square of the drawdown in percent (P. Martin's ulcer index). */
  readonly ulcerIndex: number;
}

/** Drawdowns of a curve of values; `start` is the value before its first point and counts as a peak. O(n), nothing allocated. */
export function maxDrawdown(curve: ArrayLike<number>, start: number): FallMeasures {
  const n = curve.length;
  const falls = new Falls(start);
  for (let from = 0; from < n; from += BLOCK) falls.add(curve, from, Math.min(n, from + BLOCK));
  const { max, longestPoints, squares } = falls;
  return { max: n === 0 ? Number.NaN : max, longestPoints, ulcerIndex: 100 * Math.sqrt(squares / n) };
}

/** Points at a time: a function that is called again is compiled sooner than a loop that runs on. */
const BLOCK = 512;

/** What is known of a curve's drawdowns so far, its blocks added in order. */
class Falls {
  max = 0;
  longestPoints = 0;
  squares = 0;
  #peak: number;
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
        run = 0;
        continue;
      }
      const depth = value / peak - 1;
      squares += depth * depth;
      if (depth < max) max = depth;
      run++;
      if (run > longestPoints) longestPoints = run;
    }
    this.max = max;
    this.longestPoints = longestPoints;
    this.squares = squares;
    this.#peak = peak;
    this.#run = run;
  }
}
