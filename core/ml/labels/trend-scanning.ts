import { checkWhole, type LabelColumn } from './label.ts';

/** Labels and the t value behind each: the larger it is, the surer the trend. */
export interface TrendLabels extends LabelColumn {
  readonly tValue: Float64Array;
}

/**
 * Trend scanning (López de Prado, Machine Learning for Asset Managers, 2020, section 5.4): of the windows of `shortest` to `longest` bars
 * from each bar on, the one whose slope has the largest |t value|; the label is its sign and ends with it. A straight line has no t value
 * that is finite: it counts as 1e6. O(longest) per bar by running sums. NaN where the data ends before the longest window.
 * @throws TidegateError LABEL_OPTION
 */
export function trendScanning(close: ArrayLike<number>, shortest: number, longest: number): TrendLabels {
  checkWhole('shortest', shortest, 3);
  checkWhole('longest', longest, shortest);
  const n = close.length;
  const target = new Float64Array(n).fill(Number.NaN);
  const tValue = target.slice();
  const end = new Int32Array(n).fill(-1);
  for (let t = 0; t + longest <= n; t++) {
    let sum = 0;
    let cross = 0;
    let squares = 0;
    let best = 0;
    let bestEnd = t + shortest - 1;
    for (let k = 0; k < longest; k++) {
      // Relative to the first close: large prices would cancel.
      const y = close[t + k]! - close[t]!;
      sum += y;
      cross += k * y;
      squares += y * y;
      const size = k + 1;
      if (size < shortest) continue;
      const meanK = k / 2;
      const spread = (size * (size * size - 1)) / 12;
      const slope = (cross - meanK * sum) / spread;
      const residual = Math.max(0, squares - (sum * sum) / size - slope * slope * spread);
      const error = Math.sqrt(residual / (size - 2) / spread);
      const value = error > 1e-6 * Math.abs(slope) ? slope / error : Math.sign(slope) * 1e6;
      if (Math.abs(value) > Math.abs(best)) {
        best = value;
        bestEnd = t + k;
      }
    }
    target[t] = Math.sign(best);
    tValue[t] = best;
    end[t] = bestEnd;
  }
  return { target, end, tValue };
}
