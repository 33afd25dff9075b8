import {
  CATEGORICAL,
  DEFAULT_LEFT,
  MISSING_MASK,
  MISSING_NAN,
  MISSING_ZERO,
  STRICT_CATEGORIES,
  type TreeModel,
  ZERO_THRESHOLD,
} from './tree-model.ts';

/** A model's nodes laid out for walking: where a NaN goes is decided once per node, not once per row. */
export interface WalkPlan {
  readonly root: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly whenNaN: Int32Array;
  /** Flags of nodes that need more than `x <= threshold`: category sets, or zero counted as missing; 0 for the others. */
  readonly special: Uint8Array;
  readonly hasSpecial: boolean;
  readonly leafValue: Float64Array;
  readonly catStart: Int32Array;
  readonly catBits: Uint32Array;
}

const plans = new WeakMap<TreeModel, WalkPlan>();

/** The walk plan of a model, made once. */
export function walkPlan(model: TreeModel): WalkPlan {
  const known = plans.get(model);
  if (known) return known;
  const { root, feature, threshold, flags, left, right, leafValue, catStart, catBits } = model.trees;
  const count = feature.length;
  const whenNaN = new Int32Array(count);
  const special = new Uint8Array(count);
  let hasSpecial = false;
  for (let i = 0; i < count; i++) {
    const f = flags[i]!;
    const missing = f & MISSING_MASK;
    const byDefault = f & DEFAULT_LEFT ? left[i]! : right[i]!;
    const asZero = 0 <= threshold[i]! ? left[i]! : right[i]!;
    whenNaN[i] = f & CATEGORICAL || missing === MISSING_NAN || missing === MISSING_ZERO ? byDefault : asZero;
    if (f & CATEGORICAL || missing === MISSING_ZERO) {
      special[i] = f;
      hasSpecial = true;
    }
  }
  const plan = { root, feature, threshold, left, right, whenNaN, special, hasSpecial, leafValue, catStart, catBits };
  plans.set(model, plan);
  return plan;
}

/** Is category `x` (truncated to an integer) in set `s`? */
export function inSet(plan: WalkPlan, s: number, x: number): boolean {
  if (!(x > -1 && x < 2147483648)) return false;
  const category = x | 0;
  const word = plan.catStart[s]! + (category >>> 5);
  return word < plan.catStart[s + 1]! && (plan.catBits[word]! & (1 << (category & 31))) !== 0;
}

/** Where `x` goes at a node that has `special` flags. */
function specialStep(plan: WalkPlan, node: number, x: number): number {
  const f = plan.special[node]!;
  if (Number.isNaN(x)) return plan.whenNaN[node]!;
  if (f & CATEGORICAL) {
    const isMember = !(f & STRICT_CATEGORIES && x < 0) && inSet(plan, plan.threshold[node]!, x);
    return isMember ? plan.left[node]! : plan.right[node]!;
  }
  if (x === 0) return plan.whenNaN[node]!;
  return x <= plan.threshold[node]! ? plan.left[node]! : plan.right[node]!;
}

/** The child that a row (values at `row[at + feature]`, near-zeros flattened) takes at `node`. */
export function step(plan: WalkPlan, node: number, row: Float64Array, at: number): number {
  const x = row[at + plan.feature[node]!]!;
  if (plan.special[node] !== 0) return specialStep(plan, node, x);
  if (x <= plan.threshold[node]!) return plan.left[node]!;
  return x > plan.threshold[node]! ? plan.right[node]! : plan.whenNaN[node]!;
}

/** The leaf (absolute index) that a row reaches in tree `t`. */
export function leafOf(plan: WalkPlan, t: number, row: Float64Array, at: number): number {
  const { feature, threshold, left, right, whenNaN, hasSpecial } = plan;
  let node = plan.root[t]!;
  if (hasSpecial) {
    while (node >= 0) node = step(plan, node, row, at);
    return ~node;
  }
  while (node >= 0) {
    const x = row[at + feature[node]!]!;
    node = x <= threshold[node]! ? left[node]! : x > threshold[node]! ? right[node]! : whenNaN[node]!;
  }
  return ~node;
}

/** LightGBM drops values within its zero threshold before predicting; so do we. */
export function flatten(x: number): number {
  return x <= ZERO_THRESHOLD && x >= -ZERO_THRESHOLD ? 0 : x;
}
