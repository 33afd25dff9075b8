import { TidegateError } from '../../foundation/errors.ts';
import { splitImportance } from './importance.ts';
import { CATEGORICAL, DEFAULT_LEFT, MISSING_NAN, type TreeModel, treeCount } from './tree-model.ts';

/**
 * The model as LightGBM 4 text, which LightGBM loads and predicts from identically. Numbers are written so that they read back to the bit.
 * @throws TREES_MODEL_UNSUPPORTED for models that the format cannot hold (single-precision sums, XGBoost's default direction of category splits)
 */
export function writeLightgbm(model: TreeModel): string {
  refuseOthers(model);
  const { featureNames, outputs, objective } = model;
  const trees = Array.from({ length: treeCount(model) }, (_, t) => treeText(model, t));
  // A forest's class shares are plain means to LightGBM: without an objective it returns them as raw scores.
  const named = objective === '' || objective === 'shares' || objective === 'custom' ? [] : [`objective=${objective}`];
  const header = [
    'tree',
    'version=v4',
    `num_class=${outputs}`,
    `num_tree_per_iteration=${outputs}`,
    'label_index=0',
    `max_feature_idx=${featureNames.length - 1}`,
    ...named,
    ...(model.averaged ? ['average_output'] : []),
    `feature_names=${featureNames.join(' ')}`,
    `feature_infos=${model.featureInfos.join(' ')}`,
    `tree_sizes=${trees.map((text) => Buffer.byteLength(text)).join(' ')}`,
  ];
  const splits = splitImportance(model);
  const importances = Array.from(splits.keys())
    .filter((f) => splits[f]! > 0)
    .sort((a, b) => splits[b]! - splits[a]! || a - b)
    .map((f) => `${featureNames[f]}=${splits[f]}`);
  return [
    `${header.join('\n')}\n\n`,
    ...trees,
    `end of trees\n\nfeature_importances:\n${importances.join('\n')}\n\nparameters:\n`,
    `[boosting: ${model.averaged ? 'rf' : 'gbdt'}]\n[objective: ${objective.split(' ')[0] || 'custom'}]\n`,
    'end of parameters\n\npandas_categorical:null\n',
  ].join('');
}

function refuseOthers(model: TreeModel): void {
  const { flags } = model.trees;
  const unsupported = (what: string) =>
    new TidegateError('TREES_MODEL_UNSUPPORTED', `${what}: LightGBM's format cannot hold that`, {
      remedy: 'Save it as Tidegate bytes instead.',
    });
  if (model.singlePrecision) throw unsupported('scores add up in single precision');
  if (model.base.some((b) => b !== 0)) throw unsupported('the model has base scores');
  if (flags.some((f) => f & CATEGORICAL && f & DEFAULT_LEFT))
    throw unsupported('a category split sends missing values left');
  if (model.treeOutput.some((k, t) => k !== t % model.outputs))
    throw unsupported('trees do not go round the outputs in turn');
}

function treeText(model: TreeModel, t: number): string {
  const { trees } = model;
  const from = trees.nodeStart[t]!;
  const to = trees.nodeStart[t + 1]!;
  const leafFrom = trees.leafStart[t]!;
  const leafTo = trees.leafStart[t + 1]!;
  const nodes = (values: ArrayLike<number>, of: (value: number) => number | string = exact) =>
    Array.from({ length: to - from }, (_, i) => of(values[from + i]!)).join(' ');
  const leaves = (values: ArrayLike<number>) =>
    Array.from({ length: leafTo - leafFrom }, (_, i) => exact(values[leafFrom + i]!)).join(' ');
  const child = (c: number) => (c >= 0 ? c - from : ~(~c - leafFrom));
  const sets: number[] = [];
  const thresholds = Array.from({ length: to - from }, (_, i) => {
    if (!(trees.flags[from + i]! & CATEGORICAL)) return exact(trees.threshold[from + i]!);
    return sets.push(trees.threshold[from + i]!) - 1;
  });
  const words = sets.map((s) => trees.catBits.subarray(trees.catStart[s]!, trees.catStart[s + 1]!));
  const bounds = [0];
  for (const set of words) bounds.push(bounds[bounds.length - 1]! + set.length);
  const flags = nodes(trees.flags, (f) => (f & CATEGORICAL ? CATEGORICAL | MISSING_NAN : f));
  const lines = [
    `Tree=${t}`,
    `num_leaves=${leafTo - leafFrom}`,
    `num_cat=${sets.length}`,
    `split_feature=${nodes(trees.feature)}`,
    `split_gain=${nodes(trees.gain)}`,
    `threshold=${thresholds.join(' ')}`,
    `decision_type=${flags}`,
    `left_child=${nodes(trees.left, child)}`,
    `right_child=${nodes(trees.right, child)}`,
    `leaf_value=${leaves(trees.leafValue)}`,
    `leaf_weight=${leaves(trees.leafWeight)}`,
    `leaf_count=${leaves(trees.leafCount)}`,
    `internal_value=${nodes(trees.nodeValue)}`,
    `internal_weight=${nodes(trees.nodeWeight)}`,
    `internal_count=${nodes(trees.nodeCount)}`,
    ...(sets.length > 0
      ? [
          `cat_boundaries=${bounds.join(' ')}`,
          `cat_threshold=${words.map((set) => Array.from(set).join(' ')).join(' ')}`,
        ]
      : []),
    'is_linear=0',
    `shrinkage=${exact(trees.shrinkage[t]!)}`,
  ];
  return `${lines.join('\n')}\n\n\n`;
}

/** Shortest text that reads back to the same double; infinity in C's spelling. */
function exact(x: number): string {
  if (x === Number.POSITIVE_INFINITY) return 'inf';
  if (x === Number.NEGATIVE_INFINITY) return '-inf';
  return Object.is(x, -0) ? '-0' : String(x);
}
