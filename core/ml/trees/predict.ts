import { TidegateError } from '../../foundation/errors.ts';
import { isWalkable, walkInto } from './block-walk.ts';
import { type OutputTransform, outputTransform } from './output.ts';
import { type TreeModel, treeCount } from './tree-model.ts';
import { flatten, leafOf, type WalkPlan, walkPlan } from './walk.ts';

/** Feature columns: `columns[f][i]` is feature f of row i; NaN = missing. */
export type FeatureColumns = readonly Float64Array[];

const BLOCK = 64;
/** Rows from which laying out the trees for the kernel pays. */
const MANY = 256;

/** @throws TREES_FEATURE_COUNT when the columns are not the model's, TREES_ROWS when one is too short */
export function checkColumns(model: TreeModel, columns: FeatureColumns, to: number): void {
  const wanted = model.featureNames.length;
  if (columns.length !== wanted)
    throw new TidegateError('TREES_FEATURE_COUNT', `the model has ${wanted} features, the data ${columns.length}`, {
      where: `model features ${model.featureNames.slice(0, 5).join(', ')}${wanted > 5 ? ', …' : ''}`,
      remedy: 'Pass the columns that it was trained on, in that order.',
      details: { expected: wanted, received: columns.length },
    });
  for (let f = 0; f < wanted; f++)
    if (columns[f]!.length < to)
      throw new TidegateError(
        'TREES_ROWS',
        `column "${model.featureNames[f]}" has ${columns[f]!.length} rows, need ${to}`,
        { remedy: 'Give every column a value for each row.' },
      );
}

/** Copies rows [from, to) into `block`, row after row, near-zeros flattened. */
export function fillBlock(columns: FeatureColumns, from: number, to: number, block: Float64Array): void {
  const width = columns.length;
  for (let f = 0; f < width; f++) {
    const column = columns[f]!;
    for (let i = from, at = f; i < to; i++, at += width) block[at] = flatten(column[i]!);
  }
}

/**
 * Raw scores of rows [from, to): `out[i * outputs + k]`, the sum over trees plus the base score. For forests too,
 * as in LightGBM: the mean is taken on the way to the prediction.
 * Cost about 2 microseconds per row and 100 trees of 31 leaves where there are many rows, 6 for a row by itself. @throws TREES_FEATURE_COUNT, TREES_ROWS
 */
export function predictRawInto(
  model: TreeModel,
  columns: FeatureColumns,
  out: Float64Array,
  from = 0,
  to = from,
): void {
  checkColumns(model, columns, to);
  if (to - from >= MANY && isWalkable(model)) {
    walkInto(model, columns, out, { from, to });
    return;
  }
  const plan = walkPlan(model);
  const width = columns.length;
  // A bot asks for one row: room for a block would take most of its time.
  const rows = Math.min(BLOCK, to - from);
  const block = new Float64Array(rows * width);
  const sums = model.singlePrecision ? new Float32Array(rows * model.outputs) : new Float64Array(rows * model.outputs);
  for (let start = from; start < to; start += BLOCK) {
    const end = Math.min(to, start + BLOCK);
    fillBlock(columns, start, end, block);
    sumBlock(model, plan, block, end - start, sums);
    const at = start * model.outputs;
    for (let i = 0, n = (end - start) * model.outputs; i < n; i++) out[at + i] = sums[i]!;
  }
}

function sumBlock(
  model: TreeModel,
  plan: WalkPlan,
  block: Float64Array,
  rows: number,
  sums: Float64Array | Float32Array,
): void {
  const { outputs, treeOutput, base } = model;
  const { root, feature, threshold, left, right, whenNaN, leafValue, hasSpecial } = plan;
  const width = model.featureNames.length;
  const trees = root.length;
  for (let k = 0; k < outputs; k++) for (let i = 0; i < rows; i++) sums[i * outputs + k] = base[k]!;
  for (let t = 0; t < trees; t++) {
    const k = treeOutput[t]!;
    const top = root[t]!;
    for (let i = 0, at = 0; i < rows; i++, at += width) {
      let node = top;
      if (hasSpecial) node = ~leafOf(plan, t, block, at);
      // The walk of leafOf, written out: this is the loop that prediction time goes into.
      while (node >= 0) {
        const x = block[at + feature[node]!]!;
        const cut = threshold[node]!;
        node = x <= cut ? left[node]! : x > cut ? right[node]! : whenNaN[node]!;
      }
      sums[i * outputs + k]! += leafValue[~node]!;
    }
  }
}

/** From raw scores to predictions: the mean over a forest's iterations, then the objective's rule. */
function predictionTransform(model: TreeModel): OutputTransform | undefined {
  const { outputs } = model;
  const transform = outputTransform(model.objective, outputs);
  if (!model.averaged) return transform;
  const iterations = Math.max(1, treeCount(model) / outputs);
  return (out, at) => {
    for (let k = 0; k < outputs; k++) out[at + k] = out[at + k]! / iterations;
    transform?.(out, at);
  };
}

/**
 * Predictions of rows [from, to) into `out[i * outputs + k]`: probabilities, means or scores, by the model's objective.
 * @throws TREES_FEATURE_COUNT, TREES_ROWS, TREES_OBJECTIVE_UNKNOWN
 */
export function predictInto(model: TreeModel, columns: FeatureColumns, out: Float64Array, from = 0, to = from): void {
  const transform = predictionTransform(model);
  predictRawInto(model, columns, out, from, to);
  if (transform) for (let i = from; i < to; i++) transform(out, i * model.outputs);
}

/** Leaf reached in each tree, counted within the tree: `out[i * trees + t]`. @throws TREES_FEATURE_COUNT, TREES_ROWS */
export function predictLeavesInto(
  model: TreeModel,
  columns: FeatureColumns,
  out: Int32Array,
  from: number,
  to: number,
): void {
  checkColumns(model, columns, to);
  const plan = walkPlan(model);
  const trees = treeCount(model);
  const row = new Float64Array(columns.length);
  for (let i = from; i < to; i++) {
    fillBlock(columns, i, i + 1, row);
    for (let t = 0; t < trees; t++) out[i * trees + t] = leafOf(plan, t, row, 0) - model.trees.leafStart[t]!;
  }
}
