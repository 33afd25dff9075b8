import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import { type BoostOptions, trainBoosting } from '../trees/boost.ts';
import { type ForestOptions, trainForest, trainTree } from '../trees/forest.ts';
import { meanNdcg } from '../trees/lambdarank.ts';
import type { TreeModel } from '../trees/tree-model.ts';
import { type LearningRows, latestRows } from './learning-rows.ts';
import { rankedRows } from './ranked-rows.ts';

/** A loss of one's own for a real-valued label, of one row with a score: its first and second derivative by the score, and its value. */
export interface RowLoss {
  readonly gradient: (score: number, label: number) => number;
  /** Above 0; where the true one is not, a bound above it, such as 1. */
  readonly curvature: (score: number, label: number) => number;
  /** For early stopping; lower is better. */
  readonly value: (score: number, label: number) => number;
}

/** Boosting for a model module: the objective follows from the label. */
export interface BoostedOptions extends Omit<BoostOptions, 'objective' | 'validation' | 'monotone' | 'categorical'> {
  /**
   * Of a real-valued label: squared error (default), absolute error, Huber's, that of a quantile, one of one's own; or `rank`: only the order of
   * the pairs of one time counts (LambdaMART).
   */
  readonly loss?: 'squared' | 'absolute' | 'huber' | 'quantile' | 'rank' | RowLoss;
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

/** Places of a list that count in a ranking. */
const DEPTH = 30;

/** Boosted trees; with early stopping, rows whose labels reach into the watched ones are left out. */
export function boostedTrees(rows: LearningRows, names: readonly string[], options: BoostedOptions): TreeModel {
  const { earlyStopping, validationShare, loss = 'squared', lossAlpha = 0.9, ...more } = options;
  const { monotone = {}, categorical = [], ...rest } = more;
  const count = rows.classes.length;
  if (count > 0 && loss !== 'squared')
    throw new TidegateError(
      'TREES_OPTION',
      `${typeof loss === 'string' ? `loss "${loss}"` : 'a loss of your own'} is of real-valued labels, this one has ${count} classes`,
      {
        remedy: 'Leave loss out, or use a label such as "return".',
      },
    );
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
  const asked = (part: LearningRows) => (loss === 'rank' ? rankedRows(part) : { rows: part, groups: [] });
  const learned = asked(parts ? parts.train : rows);
  const { columns, labels, weights } = learned.rows;
  const data = { columns, labels, featureNames: names, ...(weights && { weights }) };
  const latest = parts && asked(parts.latest);
  const watched = latest && {
    columns: latest.rows.columns,
    labels: latest.rows.labels,
    ...(latest.rows.weights && { weights: latest.rows.weights }),
    ...(loss === 'rank' && {
      loss: (raw: Float64Array, grades: Float64Array) => 1 - meanNdcg(raw, grades, latest.groups, DEPTH),
    }),
    patience: earlyStopping,
  };
  const objective: BoostOptions['objective'] =
    count > 0
      ? count === 2
        ? { kind: 'binary' }
        : { kind: 'multiclass', classes: count }
      : loss === 'rank'
        ? { kind: 'lambdarank', groups: learned.groups, truncation: DEPTH }
        : typeof loss === 'string'
          ? realObjective(loss, lossAlpha)
          : rowObjective(loss, labels);
  return trainBoosting(data, {
    ...rest,
    ...named,
    ...heeding(rows),
    objective,
    ...(watched && { validation: watched }),
  }).model;
}

function realObjective(loss: 'squared' | 'absolute' | 'huber' | 'quantile', alpha: number): BoostOptions['objective'] {
  if (loss === 'huber' || loss === 'quantile') return { kind: loss, alpha };
  return { kind: loss === 'absolute' ? 'regression_l1' : 'regression' };
}

/** A loss of one's own; boosting starts from the mean label. */
function rowObjective({ gradient, curvature, value }: RowLoss, labels: Float64Array): BoostOptions['objective'] {
  const mean = (values: (i: number) => number, count: number) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += values(i);
    return sum / count;
  };
  return {
    kind: 'custom',
    start: mean((i) => labels[i]!, labels.length),
    gradients(raw, of, gh) {
      for (let i = 0; i < of.length; i++) {
        gh[2 * i] = gradient(raw[i]!, of[i]!);
        gh[2 * i + 1] = curvature(raw[i]!, of[i]!);
      }
    },
    loss: (raw, of) => mean((i) => value(raw[i]!, of[i]!), of.length),
  };
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
