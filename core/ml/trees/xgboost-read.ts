import { TidegateError } from '../../foundation/errors.ts';
import {
  CATEGORICAL,
  DEFAULT_LEFT,
  MISSING_NAN,
  packTrees,
  STRICT_CATEGORIES,
  type TreeDraft,
  type TreeModel,
} from './tree-model.ts';

interface XgbTree {
  readonly left_children: number[];
  readonly right_children: number[];
  readonly split_indices: number[];
  readonly split_conditions: number[];
  readonly default_left: (number | boolean)[];
  readonly base_weights: number[];
  readonly loss_changes: number[];
  readonly sum_hessian: number[];
  readonly split_type?: number[];
  readonly categories?: number[];
  readonly categories_nodes?: number[];
  readonly categories_segments?: number[];
  readonly categories_sizes?: number[];
  readonly tree_param?: { readonly size_leaf_vector?: string };
}

interface XgbModel {
  readonly learner: {
    readonly feature_names?: string[];
    readonly gradient_booster: {
      readonly name: string;
      readonly model?: XgbBooster;
      readonly gbtree?: { readonly model: XgbBooster };
      readonly weight_drop?: number[];
    };
    readonly learner_model_param: {
      readonly base_score: string;
      readonly num_class: string;
      readonly num_feature: string;
    };
    readonly objective: { readonly name: string };
  };
}

interface XgbBooster {
  readonly trees: XgbTree[];
  readonly tree_info: number[];
}

/** XGBoost's objectives, the same in LightGBM's words, and the link from its base score to the raw score. */
const OBJECTIVES: Readonly<Record<string, { text: string; link: (p: number) => number }>> = {
  'binary:logistic': { text: 'binary sigmoid:1', link: logit },
  'reg:logistic': { text: 'cross_entropy', link: logit },
  'binary:logitraw': { text: '', link: logit },
  'multi:softprob': { text: 'multiclass', link: same },
  'multi:softmax': { text: 'multiclass', link: same },
  'count:poisson': { text: 'poisson', link: Math.log },
  'reg:gamma': { text: 'gamma', link: Math.log },
  'reg:tweedie': { text: 'tweedie', link: Math.log },
  'reg:squarederror': { text: 'regression', link: same },
  'reg:pseudohubererror': { text: 'huber', link: same },
  'reg:absoluteerror': { text: 'regression_l1', link: same },
  'reg:quantileerror': { text: 'quantile', link: same },
  'rank:ndcg': { text: 'lambdarank', link: same },
  'rank:pairwise': { text: 'lambdarank', link: same },
  'rank:map': { text: 'lambdarank', link: same },
};

/** In single precision at each step, as XGBoost computes it. */
function logit(p: number): number {
  return -Math.log(Math.fround(Math.fround(1 / p) - 1));
}

function same(x: number): number {
  return x;
}

/**
 * Reads an XGBoost JSON model (`booster.save_model("model.json")`); raw scores equal XGBoost's to the bit, since they also add up in
 * single precision. `multi:softmax` predicts class probabilities here. @throws TREES_MODEL_CORRUPT, TREES_MODEL_UNSUPPORTED
 */
export function readXgboost(text: string, where = 'XGBoost model'): TreeModel {
  const unsupported = (what: string) =>
    new TidegateError('TREES_MODEL_UNSUPPORTED', what, {
      where,
      remedy: 'Export it to ONNX, or train a gbtree model.',
    });
  const { learner } = parse(text, where);
  const booster = learner.gradient_booster;
  const inner = booster.model ?? booster.gbtree?.model;
  if (!inner || !Array.isArray(inner.trees) || booster.name === 'gblinear')
    throw unsupported(`booster "${booster.name}" has no trees that can be read`);
  const objective = OBJECTIVES[learner.objective.name];
  if (!objective) throw unsupported(`objective "${learner.objective.name}" is not known`);
  const outputs = Math.max(1, Number(learner.learner_model_param.num_class));
  const features = Number(learner.learner_model_param.num_feature);
  const named = learner.feature_names ?? [];
  const featureNames = named.length === features ? named : Array.from({ length: features }, (_, f) => `f${f}`);
  const scores = baseScores(learner.learner_model_param.base_score, outputs, where);
  const drafts = inner.trees.map((tree, t) => {
    if (Number(tree.tree_param?.size_leaf_vector ?? 1) > 1)
      throw unsupported('trees with several outputs cannot be read');
    return readTree(tree, booster.weight_drop?.[t] ?? 1, `${where}, tree ${t}`);
  });
  if (inner.tree_info.length !== drafts.length) throw corrupt('tree_info does not fit the trees', where);
  return {
    featureNames,
    featureInfos: featureNames.map(() => 'none'),
    outputs,
    objective: objective.text === 'multiclass' ? `multiclass num_class:${outputs}` : objective.text,
    averaged: false,
    base: scores.map((score) => Math.fround(objective.link(score))),
    singlePrecision: true,
    treeOutput: Int32Array.from(inner.tree_info),
    trees: packTrees(drafts, features, where),
  };
}

function corrupt(what: string, where: string, cause?: unknown): TidegateError {
  return new TidegateError('TREES_MODEL_CORRUPT', what, {
    where,
    remedy: 'Save it again: booster.save_model("model.json").',
    cause,
  });
}

function parse(text: string, where: string): XgbModel {
  let model: Partial<XgbModel>;
  try {
    model = JSON.parse(text);
  } catch (error) {
    throw corrupt('the text is not JSON', where, error);
  }
  const { learner } = model;
  if (!learner?.gradient_booster || !learner.learner_model_param || !learner.objective)
    throw corrupt('learner, gradient_booster, learner_model_param or objective is missing', where);
  return model as XgbModel;
}

/** `"5E-1"` before XGBoost 3.1, `"[5E-1]"` with one value per output since. */
function baseScores(text: string, outputs: number, where: string): number[] {
  const values = text
    .replace(/[[\]\s]/g, '')
    .split(',')
    .map((word) => Math.fround(Number(word)));
  if (values.some(Number.isNaN) || (values.length !== 1 && values.length !== outputs))
    throw corrupt(`base_score is "${text}"`, where);
  return Array.from({ length: outputs }, (_, k) => values[values.length === 1 ? 0 : k]!);
}

function readTree(tree: XgbTree, scale: number, where: string): TreeDraft {
  const size = tree.left_children?.length ?? 0;
  const isWhole = [tree.right_children, tree.split_indices, tree.split_conditions, tree.default_left].every(
    (a) => a?.length === size,
  );
  if (size === 0 || !isWhole) throw corrupt('arrays of a tree differ in length', where);
  const isLeaf = (i: number) => tree.left_children[i] === -1;
  const place = new Int32Array(size);
  let nodes = 0;
  let leaves = 0;
  // Deleted nodes are not reachable: number what the root leads to, in depth-first order.
  const kept: number[] = [];
  const leafIds: number[] = [];
  const stack = [0];
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    if (!(i >= 0 && i < size) || kept.length + leafIds.length > size)
      throw corrupt(`child ${i} of a tree does not exist`, where);
    if (isLeaf(i)) {
      place[i] = ~leaves++;
      leafIds.push(i);
    } else {
      place[i] = nodes++;
      kept.push(i);
      stack.push(tree.right_children[i]!, tree.left_children[i]!);
    }
  }
  const sets: Uint32Array[] = [];
  const setOf = new Map((tree.categories_nodes ?? []).map((node, s) => [node, s]));
  const isSet = (i: number) => tree.split_type?.[i] === 1;
  const weight = (i: number) => tree.sum_hessian?.[i] ?? 0;
  const flags = (i: number): number => {
    const byDefault = tree.default_left[i] ? !isSet(i) : isSet(i);
    return (isSet(i) ? CATEGORICAL | STRICT_CATEGORIES : 0) | MISSING_NAN | (byDefault ? DEFAULT_LEFT : 0);
  };
  return {
    feature: kept.map((i) => tree.split_indices[i]!),
    threshold: kept.map((i) =>
      isSet(i) ? sets.push(categorySet(tree, setOf.get(i), where)) - 1 : below(tree.split_conditions[i]!),
    ),
    flags: kept.map(flags),
    // XGBoost sends members of the set right; ours go left.
    left: kept.map((i) => place[isSet(i) ? tree.right_children[i]! : tree.left_children[i]!]!),
    right: kept.map((i) => place[isSet(i) ? tree.left_children[i]! : tree.right_children[i]!]!),
    gain: kept.map((i) => tree.loss_changes?.[i] ?? 0),
    nodeValue: kept.map((i) => tree.base_weights?.[i] ?? 0),
    nodeWeight: kept.map(weight),
    nodeCount: kept.map(weight),
    leafValue: leafIds.map((i) => Math.fround(Math.fround(tree.split_conditions[i]!) * Math.fround(scale))),
    leafWeight: leafIds.map(weight),
    leafCount: leafIds.map(weight),
    shrinkage: 1,
    categorySets: sets,
  };
}

function categorySet(tree: XgbTree, s: number | undefined, where: string): Uint32Array {
  const from = s === undefined ? undefined : tree.categories_segments?.[s];
  const size = s === undefined ? undefined : tree.categories_sizes?.[s];
  if (from === undefined || size === undefined) throw corrupt('a category split has no categories', where);
  const codes = (tree.categories ?? []).slice(from, from + size);
  if (codes.length !== size || codes.some((c) => !(Number.isInteger(c) && c >= 0 && c < 1 << 24)))
    throw corrupt('a category split has codes that are not categories', where);
  const words = new Uint32Array((Math.max(0, ...codes) >>> 5) + 1);
  for (const code of codes) words[code >>> 5]! |= 1 << (code & 31);
  return words;
}

const bits = new DataView(new ArrayBuffer(8));

/** The largest double x for which float(x) < t, t being a float: XGBoost compares in single precision, strictly. */
function below(threshold: number): number {
  const t = Math.fround(threshold);
  if (t === Number.NEGATIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  const p = floatBefore(t);
  if (t === Number.POSITIVE_INFINITY) return previousDouble(2 ** 128 - 2 ** 103);
  if (p === Number.NEGATIVE_INFINITY) return previousDouble(-(2 ** 128 - 2 ** 103));
  const middle = (p + t) / 2;
  return Math.fround(middle) < t ? middle : previousDouble(middle);
}

function floatBefore(t: number): number {
  if (t === 0) return -(2 ** -149);
  bits.setFloat32(0, t);
  bits.setInt32(0, bits.getInt32(0) + (t > 0 ? -1 : 1));
  return bits.getFloat32(0);
}

function previousDouble(x: number): number {
  if (x === 0) return -Number.MIN_VALUE;
  bits.setFloat64(0, x);
  bits.setBigInt64(0, bits.getBigInt64(0) + (x > 0 ? -1n : 1n));
  return bits.getFloat64(0);
}
