import { TidegateError } from '../../foundation/errors.ts';
import type { OutlierGuard } from './outlier-guard.ts';
import { checkTraining, checkWidth } from './transform.ts';

/**
 * Dissimilarity index: distance to the nearest training row over the mean distance between training rows, as Freqtrade's FreqAI defines it;
 * above `limit` (default 1) a prediction is a guess. Scale columns first. More than `most` training rows are thinned evenly.
 * O(training rows * features) per row. @throws TidegateError PREPARE_DATA
 */
export function dissimilarityIndex(
  training: readonly Float64Array[],
  { limit = 1, most = 2000 }: { readonly limit?: number; readonly most?: number } = {},
): OutlierGuard {
  checkTraining(training, false);
  const all = training[0]!.length;
  const n = Math.min(all, most);
  if (n < 2)
    throw new TidegateError('PREPARE_DATA', `${n} training rows have no distances`, { remedy: 'Use more rows.' });
  const d = training.length;
  const rows = new Float64Array(n * d);
  for (let k = 0; k < n; k++) for (let j = 0; j < d; j++) rows[k * d + j] = training[j]![Math.floor((k * all) / n)]!;
  let sum = 0;
  for (let a = 0; a < n; a++)
    for (let b = 0; b < a; b++) {
      let square = 0;
      for (let j = 0; j < d; j++) square += (rows[a * d + j]! - rows[b * d + j]!) ** 2;
      sum += Math.sqrt(square);
    }
  const mean = sum / ((n * (n - 1)) / 2);
  return dissimilarityOf({ rows, about: Float64Array.of(d, mean, limit) });
}

/** The index from what it learned. */
export function dissimilarityOf(state: Readonly<Record<string, Float64Array>>): OutlierGuard {
  const rows = state.rows!;
  const [d, mean, limit] = state.about! as unknown as [number, number, number];
  return {
    limit,
    state,
    score(columns) {
      checkWidth(columns, d);
      return Float64Array.from({ length: columns[0]!.length }, (_, i) => {
        if (columns.some((column) => Number.isNaN(column[i]!))) return Number.NaN;
        let least = Number.POSITIVE_INFINITY;
        for (let at = 0; at < rows.length; at += d) {
          let square = 0;
          for (let j = 0; j < d && square < least; j++) square += (columns[j]![i]! - rows[at + j]!) ** 2;
          if (square < least) least = square;
        }
        return Math.sqrt(least) / mean;
      });
    },
  };
}
