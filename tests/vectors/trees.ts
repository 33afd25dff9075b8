import { trainBoosting } from '../../core/ml/trees/boost.ts';
import { trainForest } from '../../core/ml/trees/forest.ts';
import { gainImportance, permutationImportance, splitImportance } from '../../core/ml/trees/importance.ts';
import { readLightgbm } from '../../core/ml/trees/lightgbm-read.ts';
import { type FeatureColumns, predictInto, predictLeavesInto, predictRawInto } from '../../core/ml/trees/predict.ts';
import { treeExplainer } from '../../core/ml/trees/shap.ts';
import type { TreeData } from '../../core/ml/trees/train-options.ts';
import { type TreeModel, treeCount } from '../../core/ml/trees/tree-model.ts';
import type { VectorCase, VectorFile, Verdict } from './types.ts';

type Rows = readonly (readonly (number | null)[])[];

/** Columns of a table of rows; null is missing. */
function columnsOf(rows: Rows): Float64Array[] {
  return (rows[0] ?? []).map((_, f) => Float64Array.from(rows, (row) => row[f] ?? Number.NaN));
}

/** One value per row, or a list of `width` values per row. */
function shaped(values: ArrayLike<number>, width: number): unknown[] {
  if (width === 1) return Array.from(values);
  return Array.from({ length: values.length / width }, (_, i) =>
    Array.from({ length: width }, (_, k) => values[i * width + k]!),
  );
}

/** Model text holds gains in six digits, the expected importances come from the unprinted ones: no reader can be nearer than that. */
const GAIN_RTOL = 1e-6;

function importCase(c: VectorCase): Verdict {
  const model = readLightgbm(String(c.model_text), c.id);
  const columns = columnsOf((c.input as { X: Rows }).X);
  const rows = columns[0]!.length;
  const { outputs } = model;
  const trees = treeCount(model);
  const raw = new Float64Array(rows * outputs);
  predictRawInto(model, columns, raw, 0, rows);
  const predict = new Float64Array(rows * outputs);
  predictInto(model, columns, predict, 0, rows);
  const leaves = new Int32Array(rows * trees);
  predictLeavesInto(model, columns, leaves, 0, rows);
  const { shap_rows: shapRows = [] } = c.expected as { shap_rows?: number[] };
  const explained = columns.map((column) => Float64Array.from(shapRows, (row) => column[row]!));
  const width = outputs * (columns.length + 1);
  const shap = new Float64Array(shapRows.length * width);
  treeExplainer(model).explainInto(explained, shap, 0, shapRows.length);
  const computed = {
    raw: shaped(raw, outputs),
    predict: shaped(predict, outputs),
    leaf_index: shaped(leaves, trees),
    importance_split: Array.from(splitImportance(model)),
    importance_gain: Array.from(gainImportance(model)),
    n_trees: trees,
    shap_rows: shapRows,
    shap: shaped(shap, width),
  };
  const expected = c.expected as Record<string, unknown>;
  // A model of one tree may be written as a leaf a row or as a list of one leaf a row.
  const one = (expected.leaf_index as unknown[] | undefined)?.[0];
  if (trees === 1 && Array.isArray(one)) computed.leaf_index = Array.from(leaves, (leaf) => [leaf]);
  const tolerance = (name: string): [number, number] => {
    if (name === 'importance_gain') return [GAIN_RTOL, 0];
    return name === 'shap' ? [Number(c.shap_rtol), Number(c.shap_atol)] : [c.rtol ?? 0, Number(c.atol ?? 0)];
  };
  const misses = Object.entries(computed).filter(([name, value]) => !isNear(value, expected[name], ...tolerance(name)));
  return { computed, passed: misses.length === 0, why: misses.map(([name]) => name).join(', ') };
}

function isNear(got: unknown, wanted: unknown, rtol: number, atol: number): boolean {
  if (Array.isArray(got) && Array.isArray(wanted))
    return got.length === wanted.length && got.every((value, i) => isNear(value, wanted[i], rtol, atol));
  return (
    typeof got === 'number' && typeof wanted === 'number' && Math.abs(got - wanted) <= atol + rtol * Math.abs(wanted)
  );
}

function permutationCase(c: VectorCase, file: VectorFile): unknown {
  const source = file.cases.find((other) => other.id === c.model);
  const model = readLightgbm(String(source?.model_text), c.id);
  const { X, y, permutations } = c.input as { X: Rows; y: number[]; permutations: number[][][] };
  const loss = (columns: FeatureColumns) => logLoss(predicted(model, columns, y.length), y);
  const found = permutationImportance(columnsOf(X), { loss, permutations });
  const { baseLoss, increase, mean, std, ranking } = found;
  return { base_logloss: baseLoss, increase, mean, std, ranking };
}

function predicted(model: TreeModel, columns: FeatureColumns, rows: number): Float64Array {
  const out = new Float64Array(rows * model.outputs);
  predictInto(model, columns, out, 0, rows);
  return out;
}

function logLoss(p: Float64Array, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const q = Math.min(1 - 1e-15, Math.max(1e-15, y[i] === 1 ? p[i]! : 1 - p[i]!));
    sum -= Math.log(q);
  }
  return sum / p.length;
}

function accuracy(p: Float64Array, y: ArrayLike<number>): number {
  let right = 0;
  for (let i = 0; i < p.length; i++) if ((p[i]! > 0.5 ? 1 : 0) === y[i]) right++;
  return right / p.length;
}

/** Share of (positive, negative) pairs in the right order, ties counted half. */
function auc(p: Float64Array, y: ArrayLike<number>): number {
  const order = Array.from(p.keys()).sort((a, b) => p[a]! - p[b]!);
  let rankSum = 0;
  let positives = 0;
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && p[order[j]!] === p[order[i]!]) j++;
    for (let k = i; k < j; k++)
      if (y[order[k]!] === 1) {
        rankSum += (i + j + 1) / 2;
        positives++;
      }
    i = j;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (p.length - positives));
}

function regressionScores(p: Float64Array, y: readonly number[]): Record<string, number> {
  const mean = y.reduce((sum, v) => sum + v, 0) / y.length;
  const residual = y.reduce((sum, v, i) => sum + (v - p[i]!) ** 2, 0);
  const total = y.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return { rmse: Math.sqrt(residual / y.length), r2: 1 - residual / total };
}

type Params = Record<'lightgbm' | 'random_forest' | 'xgboost', Record<string, number>>;
const SEEDS = [1, 2, 3];

/** The three peers' settings in our words. */
function train(
  name: keyof Params,
  p: Record<string, number>,
  isBinary: boolean,
  data: TreeData,
  seed: number,
): TreeModel {
  const objective = { kind: isBinary ? ('binary' as const) : ('regression' as const) };
  if (name === 'random_forest')
    return trainForest(data, {
      target: isBinary ? { kind: 'classification', classes: 2 } : { kind: 'regression' },
      trees: p.n_estimators!,
      minDataInLeaf: p.min_samples_leaf!,
      ...(isBinary ? {} : { featureFractionByNode: p.max_features! }),
      seed,
    });
  if (name === 'xgboost')
    return trainBoosting(data, {
      objective,
      trees: p.n_estimators!,
      growth: 'depth',
      maxDepth: p.max_depth!,
      leaves: 2 ** p.max_depth!,
      minDataInLeaf: 1,
      minHessianInLeaf: 1,
      learningRate: p.learning_rate!,
      baggingFraction: p.subsample!,
      featureFraction: p.colsample_bytree!,
      l2: p.reg_lambda!,
      seed,
    }).model;
  return trainBoosting(data, {
    objective,
    trees: p.n_estimators!,
    leaves: p.num_leaves!,
    learningRate: p.learning_rate!,
    minDataInLeaf: p.min_data_in_leaf!,
    l2: p.lambda_l2!,
    featureFraction: p.feature_fraction!,
    baggingFraction: p.bagging_fraction!,
    baggingEvery: p.bagging_freq!,
    seed,
  }).model;
}

/** Trains each peer's model with three seeds; the mean of each score may be worse than the peer's by 1 % of it at most. */
function trainingTask(file: VectorFile): Verdict {
  const of = file as unknown as {
    params: Params;
    train: { X: Rows; y: number[] };
    test: { X: Rows; y: number[] };
    expected: Record<string, Record<string, number>>;
    meta: { task: string };
  };
  const isBinary = of.meta.task === 'binary';
  const data = { columns: columnsOf(of.train.X), labels: Float64Array.from(of.train.y) };
  const test = columnsOf(of.test.X);
  const computed: Record<string, Record<string, number>> = {};
  const misses: string[] = [];
  for (const name of Object.keys(of.params) as (keyof Params)[]) {
    const runs = SEEDS.map((seed) => {
      const p = predicted(train(name, of.params[name], isBinary, data, seed), test, of.test.y.length);
      if (!isBinary) return regressionScores(p, of.test.y);
      return { auc: auc(p, of.test.y), logloss: logLoss(p, of.test.y), accuracy: accuracy(p, of.test.y) };
    });
    const mean: Record<string, number> = {};
    for (const score of Object.keys(runs[0]!)) {
      mean[score] = runs.reduce((sum, run) => sum + (run as Record<string, number>)[score]!, 0) / runs.length;
      const peer = of.expected[name]![score]!;
      const isLow = score === 'logloss' || score === 'rmse';
      const isWorse = isLow ? mean[score]! > peer * 1.01 : mean[score]! < peer * 0.99;
      if (isWorse) misses.push(`${name} ${score} ${mean[score]} against ${peer}`);
    }
    computed[name] = mean;
  }
  return { computed, passed: misses.length === 0, ...(misses.length > 0 ? { why: misses.join('; ') } : {}) };
}

/** Cases of lightgbm_models.json by their `kind`; the training files have no cases and are one task each, by file name. */
export const handlers: Record<string, (c: VectorCase, file: VectorFile) => unknown> = {
  import: importCase,
  permutation_importance: permutationCase,
  train_binary: (_, file) => trainingTask(file),
  train_regression: (_, file) => trainingTask(file),
};
