import { TidegateError } from '../../foundation/errors.ts';
import { seeded } from '../../foundation/rng.ts';
import { checkTraining, checkWidth } from './transform.ts';

/** Says of rows how unlike the training rows they are. */
export interface OutlierGuard {
  /** Higher = stranger. NaN for rows with a missing value. */
  score(columns: readonly Float64Array[]): Float64Array;
  /** Scores above this count as outliers. */
  readonly limit: number;
}

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
  return {
    limit,
    score(columns) {
      checkWidth(columns, d);
      return Float64Array.from({ length: columns[0]!.length }, (_, i) => {
        let least = Number.POSITIVE_INFINITY;
        for (let k = 0; k < n; k++) {
          let square = 0;
          for (let j = 0; j < d; j++) square += (columns[j]![i]! - rows[k * d + j]!) ** 2;
          if (!(square >= least)) least = square;
        }
        return Math.sqrt(least) / mean;
      });
    },
  };
}

export interface IsolationOptions {
  readonly trees?: number;
  /** Rows of each tree (default 256). */
  readonly sample?: number;
  /** Share of the training rows to call outliers (default 0.01): sets the limit. */
  readonly share?: number;
  readonly seed?: number | string;
}

interface IsolationNode {
  readonly feature: number;
  readonly at: number;
  readonly left: IsolationTree;
  readonly right: IsolationTree;
}

/** A split, or the rows left in a leaf. */
type IsolationTree = IsolationNode | number;

/**
 * Isolation forest (Liu, Ting and Zhou 2008): random splits isolate odd rows in few steps. Scores lie in (0, 1), about 0.5 for ordinary
 * rows. @throws TidegateError PREPARE_DATA, PREPARE_OPTION
 */
export function isolationForest(
  training: readonly Float64Array[],
  { trees = 100, sample = 256, share = 0.01, seed = 0 }: IsolationOptions = {},
): OutlierGuard {
  checkTraining(training, false);
  if (!(share > 0 && share < 0.5 && Number.isInteger(trees) && trees >= 1 && sample >= 2))
    throw new TidegateError('PREPARE_OPTION', `trees ${trees}, sample ${sample}, share ${share}`, {
      remedy: 'Give at least 1 tree, 2 rows, and a share below 0.5.',
    });
  const n = training[0]!.length;
  const size = Math.min(sample, n);
  const deepest = Math.ceil(Math.log2(Math.max(2, size)));
  const forest = Array.from({ length: trees }, (_, t) => {
    const rng = seeded(seed).fork(t);
    const rows = Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < size; i++) {
      const j = i + rng.int(n - i);
      [rows[i], rows[j]] = [rows[j]!, rows[i]!];
    }
    const grow = (members: readonly number[], depth: number): IsolationTree => {
      if (depth >= deepest || members.length < 2) return members.length;
      const varied = training.flatMap((column, f) =>
        members.some((i) => column[i] !== column[members[0]!]) ? [f] : [],
      );
      if (varied.length === 0) return members.length;
      const feature = varied[rng.int(varied.length)]!;
      const column = training[feature]!;
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (const i of members) {
        low = Math.min(low, column[i]!);
        high = Math.max(high, column[i]!);
      }
      const at = low + rng.next() * (high - low);
      const left = members.filter((i) => column[i]! <= at);
      const right = members.filter((i) => column[i]! > at);
      return { feature, at, left: grow(left, depth + 1), right: grow(right, depth + 1) };
    };
    return grow(rows.slice(0, size), 0);
  });
  const usual = usualDepth(size);
  const score = (columns: readonly Float64Array[]) => {
    checkWidth(columns, training.length);
    return Float64Array.from({ length: columns[0]!.length }, (_, i) => {
      if (columns.some((column) => Number.isNaN(column[i]!))) return Number.NaN;
      let sum = 0;
      for (const root of forest) {
        let depth = 0;
        let tree = root;
        for (; typeof tree !== 'number'; depth++) tree = columns[tree.feature]![i]! <= tree.at ? tree.left : tree.right;
        sum += depth + usualDepth(tree);
      }
      return 2 ** (-sum / trees / usual);
    });
  };
  const ordered = score(training).sort();
  return { score, limit: ordered[Math.min(n - 1, Math.floor((1 - share) * n))]! };
}

/** Mean depth of an unsuccessful search in a binary tree of n rows. */
function usualDepth(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + 0.5772156649015329) - (2 * (n - 1)) / n;
}
