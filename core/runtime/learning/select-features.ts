import { TidegateError } from '../../foundation/errors.ts';
import { labelEnds, pickRows } from '../../ml/dataset/split-dataset.ts';
import { boruta } from '../../ml/selection/boruta.ts';
import { clusteredImportance } from '../../ml/selection/clustered-importance.ts';
import { type FeatureClusters, featureClusters } from '../../ml/selection/feature-clusters.ts';
import { classInformation, continuousInformation } from '../../ml/selection/mutual-information.ts';
import { recursiveElimination } from '../../ml/selection/recursive-elimination.ts';
import { type SelectionStability, selectionStability } from '../../ml/selection/selection-stability.ts';
import { sequentialSelection } from '../../ml/selection/sequential-selection.ts';
import { purgedKFold } from '../../ml/splits/purged-k-fold.ts';
import { type LearningRows, learningRows } from '../../ml/tree-models/learning-rows.ts';
import { forestTrees } from '../../ml/tree-models/trained-trees.ts';
import { gainImportance } from '../../ml/trees/importance.ts';
import { predictInto } from '../../ml/trees/predict.ts';
import { treeExplainer } from '../../ml/trees/shap.ts';
import type { TreeModel } from '../../ml/trees/tree-model.ts';
import type { Dataset } from '../../ports/learning-modules.ts';

/** Ways to select features: see `selectFeatures`. */
export const SELECTION_METHODS = [
  'boruta',
  'rfe',
  'mutual-information',
  'permutation',
  'clustered-permutation',
  'shap',
  'sequential',
] as const;
export type SelectionMethod = (typeof SELECTION_METHODS)[number];

export interface SelectionRequest {
  readonly method: SelectionMethod;
  /** Purged folds; a feature is selected when more than half of them select it. */
  readonly folds: number;
  /** Share of all rows left out after a test fold's labels. */
  readonly embargo: number;
  /** Features that methods which need a number keep in each fold; half of them unless given. */
  readonly keep?: number;
  /** Share of the rows, the first, that are looked at: the rest stays unseen for testing. */
  readonly share: number;
  /** Most rows, the latest of those. */
  readonly rows: number;
  /** Trees of the forests. */
  readonly trees: number;
  /** Features correlated above this (Pearson, absolute) form one cluster. */
  readonly correlation: number;
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
}

/** What was found of one feature. */
export interface FeatureFinding {
  readonly name: string;
  /** Share of folds that selected it. */
  readonly frequency: number;
  /** Mean over the folds, in the method's own unit; NaN where it has none. */
  readonly score: number;
  readonly cluster: number;
  readonly isRepresentative: boolean;
  readonly isSelected: boolean;
}

export interface FeatureSelection {
  /** Selected ones first, by falling frequency and score. */
  readonly features: readonly FeatureFinding[];
  readonly stability: SelectionStability;
  readonly clusters: FeatureClusters;
  readonly rows: number;
  /** Features that have one value in all training rows of a fold: there is nothing to learn from them, they are left out. */
  readonly constant: readonly string[];
}

/** What one fold says: the features it selects, and a score of each. */
interface FoldAnswer {
  readonly selected: readonly number[];
  readonly scores: ArrayLike<number>;
}

interface Fold {
  readonly train: LearningRows;
  readonly test: LearningRows;
}

/**
 * Selects features on the first rows of a dataset, apart in each of several purged folds, and says how much the folds agree:
 * `boruta` (beats its own shuffled shadow), `rfe` (recursive elimination by a forest's gains), `mutual-information` (nearest neighbours' estimate),
 * `permutation` and `clustered-permutation` (rise of the loss on the fold's test rows, of one feature or of its whole cluster), `shap` (mean absolute
 * exact TreeSHAP on test rows), `sequential` (forward, by the loss on test rows). Missing values are set to the median of the fold's training rows.
 * @throws TidegateError SELECTION_ROWS, SELECTION_DATA where no feature varies, and those of splits and trees
 */
export function selectFeatures(dataset: Dataset, request: SelectionRequest): FeatureSelection {
  const { folds, embargo, share, correlation, onProgress } = request;
  const labelled = Array.from({ length: dataset.rows }, (_, i) => i).filter((i) => !Number.isNaN(dataset.target[i]!));
  const last = Math.floor(labelled.length * share);
  const kept = labelled.slice(Math.max(0, last - request.rows), last);
  if (kept.length < 50 * folds)
    throw new TidegateError('SELECTION_ROWS', `there are ${kept.length} rows with a label for ${folds} folds`, {
      remedy: `Give at least ${50 * folds}: more history, a smaller --folds or a larger --share.`,
    });
  const rows = pickRows(dataset, kept);
  const splits = purgedKFold(labelEnds(rows), { folds, embargo });
  const doesVary = (column: Float64Array) => splits.every(({ train }) => hasTwoValues(column, train));
  const varying = rows.columns.map(doesVary);
  const constant = dataset.names.filter((_, f) => !varying[f]);
  const seen = {
    ...rows,
    names: rows.names.filter((_, f) => varying[f]),
    columns: rows.columns.filter((_, f) => varying[f]),
  };
  const width = seen.columns.length;
  if (width === 0)
    throw new TidegateError('SELECTION_DATA', `none of ${constant.length} features varies`, {
      remedy: 'Give other features, or more history.',
    });
  const clusters = featureClusters(
    filled(seen.columns, seen.columns),
    // The distance of two features with this correlation.
    { threshold: Math.sqrt((1 - correlation) / 2), linkage: 'average' },
  );
  const answers = splits.map(({ train, test }, k) => {
    onProgress?.(k / folds);
    const learned = pickRows(seen, train);
    const held = pickRows(seen, test);
    const fold: Fold = {
      train: learningRows('selection', { ...learned, columns: filled(learned.columns, learned.columns) }, 'auto', 20),
      test: learningRows('selection', { ...held, columns: filled(held.columns, learned.columns) }, 'auto', 2),
    };
    return answerOf(fold, seen.names, clusters, { ...request, seed: request.seed + k });
  });
  onProgress?.(1);
  const stability = selectionStability(
    answers.map((answer) => answer.selected),
    width,
  );
  const features = Array.from({ length: width }, (_, f): FeatureFinding => {
    const cluster = clusters.labels[f]!;
    const frequency = stability.frequency[f]!;
    return {
      name: seen.names[f]!,
      frequency,
      score: answers.reduce((sum, answer) => sum + answer.scores[f]!, 0) / answers.length,
      cluster,
      isRepresentative: clusters.representatives.includes(f),
      isSelected: frequency > 0.5,
    };
  });
  return {
    features: features.sort((a, b) => b.frequency - a.frequency || b.score - a.score || (a.name < b.name ? -1 : 1)),
    stability,
    clusters,
    rows: kept.length,
    constant,
  };
}

function answerOf(
  fold: Fold,
  names: readonly string[],
  clusters: FeatureClusters,
  request: SelectionRequest,
): FoldAnswer {
  const { method, trees, seed } = request;
  const { train } = fold;
  const width = train.columns.length;
  const keep = Math.min(request.keep ?? Math.ceil(width / 2), width);
  const target =
    train.classes.length > 0
      ? ({ kind: 'classification', classes: train.classes.length } as const)
      : ({ kind: 'regression' } as const);
  const grown = (rows: LearningRows) =>
    forestTrees(rows, rows === train ? names : rows.columns.map((_, c) => `f${c}`), {
      trees,
      seed,
      maxDepth: 8,
      minDataInLeaf: 10,
    });
  switch (method) {
    case 'boruta': {
      const { accepted, hits } = boruta(train.columns, train.labels, { target, trees, maxRounds: 40, seed });
      return { selected: accepted, scores: hits };
    }
    case 'rfe': {
      const importance = (columns: readonly ArrayLike<number>[]) =>
        gainImportance(grown({ ...train, columns: columns as readonly Float64Array[] }));
      const { selected, ranking } = recursiveElimination(train.columns, train.labels, { importance, keep, step: 0.2 });
      return { selected, scores: ranking.map((rank) => -rank) };
    }
    case 'mutual-information': {
      // The estimate compares each row with its neighbours: some thousand rows say as much as all.
      const stride = Math.ceil(train.labels.length / 4000);
      const thin = (column: Float64Array) => column.filter((_, i) => i % stride === 0);
      const labels = thin(train.labels);
      const information = train.classes.length > 0 ? classInformation : continuousInformation;
      const scores = train.columns.map(thin).map((column) =>
        // What is rare may be missing among the thousands.
        column.every((x) => x === column[0]) ? 0 : information(column, labels, { seed }),
      );
      return { selected: best(scores, keep), scores };
    }
    case 'permutation':
    case 'clustered-permutation': {
      const labels = method === 'permutation' ? train.columns.map((_, f) => f + 1) : clusters.labels;
      const { mean, deviation } = clusteredImportance(fold.test.columns, labels, {
        loss: lossOf(grown(train), fold),
        seed,
      });
      // More than one standard deviation of its own shuffles above nothing.
      const isUseful = (f: number) => mean[labels[f]! - 1]! > deviation[labels[f]! - 1]!;
      return { selected: Array.from(labels.keys()).filter(isUseful), scores: labels.map((c) => mean[c - 1]!) };
    }
    case 'shap': {
      const scores = meanShap(grown(train), fold.test.columns, trees);
      return { selected: best(scores, keep), scores };
    }
    case 'sequential': {
      const pick = (rows: LearningRows, features: readonly number[]) => ({
        ...rows,
        columns: features.map((f) => rows.columns[f]!),
      });
      const score = (features: readonly number[]) => {
        const [own, held] = [pick(train, features), pick(fold.test, features)];
        return -lossOf(grown(own), { train: own, test: held })(held.columns);
      };
      const { selected } = sequentialSelection(width, { score, way: 'forward', keep, leastGain: 0 });
      return { selected, scores: train.columns.map((_, f) => (selected.includes(f) ? 1 : 0)) };
    }
  }
}

/** Log loss (classes) or mean squared error of a forest on a fold's test rows. */
function lossOf(trees: TreeModel, { train, test }: Fold): (columns: readonly Float64Array[]) => number {
  const rows = test.labels.length;
  const said = new Float64Array(rows * trees.outputs);
  return (columns) => {
    predictInto(trees, columns, said, 0, rows);
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      if (train.classes.length === 0) sum += (said[i]! - test.labels[i]!) ** 2;
      else {
        // A class of the test rows may be missing in training, and the other way round: the label itself is compared.
        const y = train.classes.indexOf(test.classes[test.labels[i]!]!);
        const p = trees.outputs === 1 ? (y === 1 ? said[i]! : 1 - said[i]!) : y < 0 ? 0 : said[i * trees.outputs + y]!;
        sum -= Math.log(Math.min(1, Math.max(1e-6, p)));
      }
    }
    return sum / rows;
  };
}

/** Of the forest's mean answer. */
function meanShap(trees: TreeModel, columns: readonly Float64Array[], count: number): number[] {
  const rows = columns[0]!.length;
  const width = columns.length;
  const out = new Float64Array(rows * trees.outputs * (width + 1));
  treeExplainer(trees).explainInto(columns, out, 0, rows);
  return columns.map((_, f) => {
    let sum = 0;
    for (let r = 0; r < rows * trees.outputs; r++) sum += Math.abs(out[r * (width + 1) + f]!);
    return sum / rows / count;
  });
}

/** The `keep` largest, ascending by index; of equal ones the first. */
function best(scores: readonly number[], keep: number): number[] {
  return Array.from(scores.keys())
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .slice(0, keep)
    .sort((a, b) => a - b);
}

/** Whether the rows hold two different values, missing ones aside: those become the median. */
function hasTwoValues(column: Float64Array, rows: Int32Array): boolean {
  let first = Number.NaN;
  for (const row of rows) {
    const x = column[row]!;
    if (Number.isNaN(first)) first = x;
    else if (!Number.isNaN(x) && x !== first) return true;
  }
  return false;
}

/** Columns with missing values at the median of `from`'s; a column without any value becomes 0. */
function filled(columns: readonly Float64Array[], from: readonly Float64Array[]): Float64Array[] {
  return columns.map((column, c) => {
    if (!column.some(Number.isNaN)) return column;
    const known = from[c]!.filter((x) => !Number.isNaN(x)).sort();
    const median = known.length > 0 ? known[known.length >> 1]! : 0;
    return column.map((x) => (Number.isNaN(x) ? median : x));
  });
}
