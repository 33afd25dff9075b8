import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import { type BoostOptions, trainBoosting } from '../trees/boost.ts';
import { type ForestOptions, trainForest, trainTree } from '../trees/forest.ts';
import type { TreeModel } from '../trees/tree-model.ts';
import { type LearningRows, latestRows } from './learning-rows.ts';

/** Boosting for a model module: the objective follows from the label. */
export interface BoostedOptions extends Omit<BoostOptions, 'objective' | 'validation' | 'monotone' | 'categorical'> {
  /** Of a real-valued label: squared error (default), absolute error, Huber's, or that of a quantile. */
  readonly loss?: 'squared' | 'absolute' | 'huber' | 'quantile';
  /** The quantile in (0, 1), or the residual from which Huber's loss is linear (default 0.9). */
  readonly lossAlpha?: number;
  /** By feature name: 1 where the answer may only rise with it, -1 where it may only fall. */
  readonly monotone?: Readonly<Record<string, -1 | 1>>;
  /** Names of features whose values are codes from 0, without an order. */
  readonly categorical?: readonly string[];
  /** Rounds without improvement on the latest rows before boosting stops; 0: never. */
  readonly earlyStopping: number;
  /** Share of rows, the latest, that early stopping watches. */
  readonly validationShare: number;
}

/** Boosted trees; with early stopping, rows whose labels reach into the watched ones are left out. */
export function boostedTrees(rows: LearningRows, names: readonly string[], options: BoostedOptions): TreeModel {
  const { earlyStopping, validationShare, loss = 'squared', lossAlpha = 0.9, ...more } = options;
  const { monotone = {}, categorical = [], ...rest } = more;
  const count = rows.classes.length;
  const objective: BoostOptions['objective'] =
    count === 0
      ? realObjective(loss, lossAlpha)
      : count === 2
        ? { kind: 'binary' }
        : { kind: 'multiclass', classes: count };
  if (count > 0 && loss !== 'squared')
    throw new TidegateError('TREES_OPTION', `loss "${loss}" is of real-valued labels, this one has ${count} classes`, {
      remedy: 'Leave loss out, or use a label such as "return".',
    });
  const place = (name: string, option: string): number => {
    if (names.includes(name)) return names.indexOf(name);
    throw new TidegateError('TREES_OPTION', `${option} names the feature "${name}", which there is not`, {
      remedy: didYouMean(name, names) || `There are ${names.slice(0, 12).join(', ')}.`,
    });
  };
  const directions = new Array<number>(names.length).fill(0);
  for (const [name, direction] of Object.entries(monotone)) directions[place(name, 'monotone')] = direction;
  const named = {
    ...(directions.some((d) => d !== 0) && { monotone: directions }),
    ...(categorical.length > 0 && { categorical: categorical.map((name) => place(name, 'categorical')) }),
  };
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
  return trainBoosting(data, {
    ...rest,
    ...named,
    ...heeding(rows),
    objective,
    ...(watched && { validation: watched }),
  }).model;
}

function realObjective(loss: NonNullable<BoostedOptions['loss']>, alpha: number): BoostOptions['objective'] {
  if (loss === 'huber' || loss === 'quantile') return { kind: loss, alpha };
  return { kind: loss === 'absolute' ? 'regression_l1' : 'regression' };
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
