import { TidegateError } from '../../foundation/errors.ts';

/** Node flag: the split is on a category set; `threshold` is then the index of its set in `catStart`. */
export const CATEGORICAL = 1;
/** Node flag: a missing value goes left. */
export const DEFAULT_LEFT = 2;
/** Mask of the missing-value rule in a node's flags, and its values: NaN reads as 0, zero and NaN are missing, NaN is missing. */
export const MISSING_MASK = 12;
export const MISSING_ZERO = 4;
export const MISSING_NAN = 8;
/** Node flag of imported XGBoost category splits: every value below 0 is outside all sets (LightGBM truncates -0.5 to category 0). */
export const STRICT_CATEGORIES = 16;

/** Values this near to zero are read as zero, as LightGBM does (its constant is the float 1e-35). */
export const ZERO_THRESHOLD = 1.0000000180025095e-35;

/**
 * All trees of a model in flat arrays. Children are absolute: a node index when >= 0, else the bitwise complement of a leaf index.
 * `nodeStart` and `leafStart` have one more element than there are trees. A row goes left when `x <= threshold`, or when its category
 * is in the node's set.
 */
export interface TreeArrays {
  readonly root: Int32Array;
  readonly nodeStart: Int32Array;
  readonly leafStart: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly flags: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly gain: Float64Array;
  readonly nodeValue: Float64Array;
  readonly nodeWeight: Float64Array;
  readonly nodeCount: Float64Array;
  readonly leafValue: Float64Array;
  readonly leafWeight: Float64Array;
  readonly leafCount: Float64Array;
  readonly shrinkage: Float64Array;
  /** Set s holds the bits `catBits[catStart[s] .. catStart[s + 1])`, 32 categories a word. */
  readonly catStart: Int32Array;
  readonly catBits: Uint32Array;
}

/** A fitted or imported tree ensemble: plain data, immutable, safe to send to a worker. */
export interface TreeModel {
  readonly featureNames: readonly string[];
  /** Range `[min:max]`, category list `a:b:c` or `none`, one per feature, in LightGBM's words. */
  readonly featureInfos: readonly string[];
  /** Trees per iteration: 1, or the number of classes. Tree t adds to output t % outputs unless `treeOutput` says otherwise. */
  readonly outputs: number;
  /** The objective in LightGBM's words (`binary sigmoid:1`); it names how raw scores become predictions. Empty for none. */
  readonly objective: string;
  /** Predictions come from the mean over iterations instead of the sum (forests). */
  readonly averaged: boolean;
  /** Raw score before the first tree, one per output. */
  readonly base: readonly number[];
  /** Raw scores add up in single precision, as XGBoost does. */
  readonly singlePrecision: boolean;
  /** Output of each tree. */
  readonly treeOutput: Int32Array;
  readonly trees: TreeArrays;
}

/** One tree as readers and trainers make it: children relative to the tree, leaves as complements. */
export interface TreeDraft {
  readonly feature: ArrayLike<number>;
  readonly threshold: ArrayLike<number>;
  readonly flags: ArrayLike<number>;
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly gain: ArrayLike<number>;
  readonly nodeValue: ArrayLike<number>;
  readonly nodeWeight: ArrayLike<number>;
  readonly nodeCount: ArrayLike<number>;
  readonly leafValue: ArrayLike<number>;
  readonly leafWeight: ArrayLike<number>;
  readonly leafCount: ArrayLike<number>;
  readonly shrinkage: number;
  /** Category sets of this tree; a categorical node's `threshold` is an index into it. */
  readonly categorySets: readonly ArrayLike<number>[];
}

/** How many trees the model has. */
export function treeCount(model: TreeModel): number {
  return model.trees.root.length;
}

/** Packs drafts into flat arrays, checking that each is a tree over `features` features. @throws TREES_MODEL_CORRUPT */
export function packTrees(drafts: readonly TreeDraft[], features: number, where = 'tree model'): TreeArrays {
  const nodes = drafts.reduce((sum, draft) => sum + draft.feature.length, 0);
  const leaves = drafts.reduce((sum, draft) => sum + draft.leafValue.length, 0);
  const sets = drafts.flatMap((draft) => draft.categorySets);
  const catStart = new Int32Array(sets.length + 1);
  sets.forEach((set, s) => {
    catStart[s + 1] = catStart[s]! + set.length;
  });
  const catBits = new Uint32Array(catStart[sets.length]!);
  sets.forEach((set, s) => {
    catBits.set(Array.from(set), catStart[s]!);
  });
  const out = emptyTrees(drafts.length, nodes, leaves, catStart, catBits);
  let node = 0;
  let leaf = 0;
  let set = 0;
  drafts.forEach((draft, t) => {
    checkDraft(draft, features, `${where}, tree ${t}`);
    const count = draft.feature.length;
    const child = (c: number) => (c >= 0 ? c + node : ~(~c + leaf));
    out.root[t] = count > 0 ? node : ~leaf;
    for (let i = 0; i < count; i++) {
      const flags = draft.flags[i]!;
      out.feature[node + i] = draft.feature[i]!;
      out.flags[node + i] = flags;
      out.threshold[node + i] = draft.threshold[i]! + (flags & CATEGORICAL ? set : 0);
      out.left[node + i] = child(draft.left[i]!);
      out.right[node + i] = child(draft.right[i]!);
    }
    out.gain.set(Array.from(draft.gain), node);
    out.nodeValue.set(Array.from(draft.nodeValue), node);
    out.nodeWeight.set(Array.from(draft.nodeWeight), node);
    out.nodeCount.set(Array.from(draft.nodeCount), node);
    out.leafValue.set(Array.from(draft.leafValue), leaf);
    out.leafWeight.set(Array.from(draft.leafWeight), leaf);
    out.leafCount.set(Array.from(draft.leafCount), leaf);
    out.shrinkage[t] = draft.shrinkage;
    node += count;
    leaf += draft.leafValue.length;
    set += draft.categorySets.length;
    out.nodeStart[t + 1] = node;
    out.leafStart[t + 1] = leaf;
  });
  return out;
}

function emptyTrees(
  count: number,
  nodes: number,
  leaves: number,
  catStart: Int32Array,
  catBits: Uint32Array,
): TreeArrays {
  return {
    root: new Int32Array(count),
    nodeStart: new Int32Array(count + 1),
    leafStart: new Int32Array(count + 1),
    feature: new Int32Array(nodes),
    threshold: new Float64Array(nodes),
    flags: new Uint8Array(nodes),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes),
    gain: new Float64Array(nodes),
    nodeValue: new Float64Array(nodes),
    nodeWeight: new Float64Array(nodes),
    nodeCount: new Float64Array(nodes),
    leafValue: new Float64Array(leaves),
    leafWeight: new Float64Array(leaves),
    leafCount: new Float64Array(leaves),
    shrinkage: new Float64Array(count),
    catStart,
    catBits,
  };
}

/** Every node and leaf is reached exactly once from the root, and every index is in range: so no walk can loop or leave the arrays. */
function checkDraft(draft: TreeDraft, features: number, where: string): void {
  const nodes = draft.feature.length;
  const leaves = draft.leafValue.length;
  const bad = (what: string) => new TidegateError('TREES_MODEL_CORRUPT', what, { where, remedy: 'Export it anew.' });
  if (leaves !== nodes + 1) throw bad(`${nodes} splits need ${nodes + 1} leaves, found ${leaves}`);
  for (const name of ['threshold', 'flags', 'left', 'right', 'gain', 'nodeValue', 'nodeWeight', 'nodeCount'] as const)
    if (draft[name].length !== nodes) throw bad(`${name} has ${draft[name].length} values for ${nodes} splits`);
  for (const name of ['leafWeight', 'leafCount'] as const)
    if (draft[name].length !== leaves) throw bad(`${name} has ${draft[name].length} values for ${leaves} leaves`);
  const seen = new Uint8Array(nodes + leaves);
  const stack = nodes > 0 ? [0] : [-1];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const index = item >= 0 ? item : nodes + ~item;
    const isInside = Number.isInteger(item) && (item >= 0 ? item < nodes : ~item < leaves);
    if (!isInside) throw bad(`child ${item} does not exist (${nodes} splits, ${leaves} leaves)`);
    if (seen[index]) throw bad(`child ${item} has two parents`);
    seen[index] = 1;
    if (item < 0) continue;
    const feature = draft.feature[item]!;
    if (!(Number.isInteger(feature) && feature >= 0 && feature < features))
      throw bad(`split ${item} is on feature ${feature}, the model has ${features}`);
    const threshold = draft.threshold[item]!;
    if (Number.isNaN(threshold)) throw bad(`split ${item} has no threshold`);
    const isSet = (draft.flags[item]! & CATEGORICAL) !== 0;
    if (isSet && !(Number.isInteger(threshold) && threshold >= 0 && threshold < draft.categorySets.length))
      throw bad(`split ${item} names category set ${threshold} of ${draft.categorySets.length}`);
    stack.push(draft.right[item]!, draft.left[item]!);
  }
  for (let i = 0; i < leaves; i++)
    if (!Number.isFinite(draft.leafValue[i]!)) throw bad(`leaf ${i} has the value ${draft.leafValue[i]}`);
}
