import { type BoostOptions, trainBoosting } from '../trees/boost.ts';
import { type ForestOptions, trainForest, trainTree } from '../trees/forest.ts';
import type { TreeModel } from '../trees/tree-model.ts';
import { type LearningRows, latestRows } from './learning-rows.ts';

/** Boosting for a model module: the objective follows from the label. */
export interface BoostedOptions extends Omit<BoostOptions, 'objective' | 'validation'> {
  /** Rounds without improvement on the latest rows before boosting stops; 0: never. */
  readonly earlyStopping: number;
  /** Share of rows, the latest, that early stopping watches. */
  readonly validationShare: number;
}

/** Boosted trees; with early stopping, rows whose labels reach into the watched ones are left out. */
export function boostedTrees(rows: LearningRows, names: readonly string[], options: BoostedOptions): TreeModel {
  const { earlyStopping, validationShare, ...rest } = options;
  const count = rows.classes.length;
  const objective: BoostOptions['objective'] =
    count === 0 ? { kind: 'regression' } : count === 2 ? { kind: 'binary' } : { kind: 'multiclass', classes: count };
  const least = 2 * (options.minDataInLeaf ?? 20);
  const parts = earlyStopping > 0 ? latestRows(rows, validationShare, least) : null;
  const { columns, labels, weights } = parts ? parts.train : rows;
  const data = { columns, labels, featureNames: names, ...(weights && { weights }) };
  const watched = parts && {
    columns: parts.latest.columns,
    labels: parts.latest.labels,
    ...(parts.latest.weights && { weights: parts.latest.weights }),
    patience: earlyStopping,
  };
  return trainBoosting(data, { ...rest, ...heeding(rows), objective, ...(watched && { validation: watched }) }).model;
}

/** A forest, of extra trees where `extraTrees` is set; one tree over all rows and features with `isSingle`. */
export function forestTrees(
  rows: LearningRows,
  names: readonly string[],
  options: Omit<ForestOptions, 'target'> & { readonly isSingle?: boolean },
): TreeModel {
  const { isSingle, ...rest } = options;
  const { columns, labels, weights, classes } = rows;
  const data = { columns, labels, featureNames: names, ...(weights && { weights }) };
  const target: ForestOptions['target'] =
    classes.length > 0 ? { kind: 'classification', classes: classes.length } : { kind: 'regression' };
  const wanted = { ...rest, ...heeding(rows), target };
  return isSingle ? trainTree(data, wanted) : trainForest(data, wanted);
}

function heeding({ featureWeights }: LearningRows): Pick<BoostOptions, 'featureWeights'> {
  return featureWeights ? { featureWeights: Array.from(featureWeights) } : {};
}
