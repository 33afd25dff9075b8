import { checkColumns, type FeatureColumns, fillBlock } from './predict.ts';
import { type TreeModel, treeCount } from './tree-model.ts';
import { step, type WalkPlan, walkPlan } from './walk.ts';

/**
 * One tree prepared for TreeSHAP: its edges in depth-first order. An edge's zero fraction is the share of rows that take it, multiplied
 * over the earlier edges of the path on the same feature (`same`, or -1), because a feature counts once in a path.
 */
interface ShapTree {
  readonly output: number;
  readonly expected: number;
  readonly edges: number;
  readonly quadrature: number;
  readonly parent: Int32Array;
  readonly same: Int32Array;
  readonly node: Int32Array;
  readonly child: Int32Array;
  readonly feature: Int32Array;
  readonly leafValue: Float64Array;
  readonly zero: Float64Array;
  /** factor[(edge * 2 + taken) * quadrature + q], its inverse (0 of 0), and the quadrature's weights. */
  readonly factor: Float64Array;
  readonly inverse: Float64Array;
  readonly weights: Float64Array;
  /** The edge's sibling where it comes earlier, or -1. */
  readonly sibling: Int32Array;
}

/** Exact SHAP values of a model's raw scores. */
export interface TreeExplainer {
  /**
   * Writes `outputs * (features + 1)` values per row into `out`, from index 0 for row `from`: each output's contributions, then its
   * expected value; a block sums to the raw score (of a forest: divide by its trees for the mean). @throws TREES_FEATURE_COUNT, TREES_ROWS
   */
  explainInto(columns: FeatureColumns, out: Float64Array, from: number, to: number): void;
}

/**
 * Path-dependent TreeSHAP (Lundberg et al., Consistent individualized feature attribution, 2018), exact. The Shapley weights
 * s!(d-1-s)!/d! are the integral of t^s (1-t)^(d-1-s), so a path's value is the integral of a product of linear factors: a
 * Gauss-Legendre rule of d/2 points gives it exactly, and sums over a subtree share their products (compare Yu et al., Linear TreeSHAP,
 * 2022). Cost O(edges * depth / 2) per tree and row.
 */
export function treeExplainer(model: TreeModel): TreeExplainer {
  const plan = walkPlan(model);
  const trees = Array.from({ length: treeCount(model) }, (_, t) => prepare(model, t));
  const features = model.featureNames.length;
  const width = model.outputs * (features + 1);
  const edges = Math.max(1, ...trees.map((tree) => tree.edges));
  const size = Math.max(1, ...trees.map((tree) => tree.edges * tree.quadrature));
  const taken = new Uint8Array(edges);
  const products = new Float64Array(size);
  const sums = new Float64Array(size);
  const row = new Float64Array(features);
  return {
    explainInto(columns, out, from, to) {
      checkColumns(model, columns, to);
      for (let i = from; i < to; i++) {
        fillBlock(columns, i, i + 1, row);
        const at = (i - from) * width;
        out.fill(0, at, at + width);
        for (const tree of trees) {
          const base = at + tree.output * (features + 1);
          out[base + features]! += tree.expected;
          if (tree.edges > 0) explainTree(tree, plan, row, taken, products, sums, out, base);
        }
        for (let k = 0; k < model.outputs; k++) out[at + k * (features + 1) + features]! += model.base[k]!;
      }
    },
  };
}

function explainTree(
  tree: ShapTree,
  plan: WalkPlan,
  row: Float64Array,
  taken: Uint8Array,
  products: Float64Array,
  sums: Float64Array,
  out: Float64Array,
  base: number,
): void {
  const { edges, quadrature: Q, parent, same, node, child, feature, leafValue, zero, factor, inverse, weights } = tree;
  const { sibling } = tree;
  for (let e = 0; e < edges; e++) {
    const s = same[e]!;
    const twin = sibling[e]!;
    const goes = twin >= 0 ? 1 - (taken[twin]! >> 1) : step(plan, node[e]!, row, 0) === child[e] ? 1 : 0;
    const isTaken = goes === 1 && (s < 0 || (taken[s]! & 1) === 1) ? 1 : 0;
    taken[e] = isTaken + 2 * goes;
    const at = e * Q;
    const p = parent[e]! * Q;
    const f = (e * 2 + isTaken) * Q;
    if (p < 0) for (let q = 0; q < Q; q++) products[at + q] = factor[f + q]!;
    else if (s < 0) for (let q = 0; q < Q; q++) products[at + q] = products[p + q]! * factor[f + q]!;
    else {
      const old = (s * 2 + (taken[s]! & 1)) * Q;
      for (let q = 0; q < Q; q++) products[at + q] = products[p + q]! * factor[f + q]! * inverse[old + q]!;
    }
    const value = leafValue[e]!;
    if (child[e]! < 0) for (let q = 0; q < Q; q++) sums[at + q] = value * weights[q]! * products[at + q]!;
    else for (let q = 0; q < Q; q++) sums[at + q] = 0;
  }
  for (let e = edges - 1; e >= 0; e--) {
    const at = e * Q;
    const p = parent[e]! * Q;
    const s = same[e]!;
    const isTaken = taken[e]! & 1;
    const w = (e * 2 + isTaken) * Q;
    let total = 0;
    for (let q = 0; q < Q; q++) total += inverse[w + q]! * sums[at + q]!;
    if (p >= 0) for (let q = 0; q < Q; q++) sums[p + q]! += sums[at + q]!;
    let phi = (isTaken - zero[e]!) * total;
    if (s >= 0) {
      // The earlier edge on this feature will count these leaves again with its own factor: take that out here.
      const v = (s * 2 + (taken[s]! & 1)) * Q;
      let again = 0;
      for (let q = 0; q < Q; q++) again += inverse[v + q]! * sums[at + q]!;
      phi -= ((taken[s]! & 1) - zero[s]!) * again;
    }
    out[base + feature[e]!]! += phi;
  }
}

function prepare(model: TreeModel, t: number): ShapTree {
  const { trees } = model;
  const root = trees.root[t]!;
  const count = (c: number) => (c >= 0 ? trees.nodeCount[c]! : trees.leafCount[~c]!);
  const list: { parent: number; same: number; node: number; child: number; zero: number; path: number }[] = [];
  const visit = (node: number, parent: number, path: number, lastOn: ReadonlyMap<number, number>): void => {
    if (node < 0) return;
    const f = trees.feature[node]!;
    const total = count(node);
    for (const child of [trees.left[node]!, trees.right[node]!]) {
      const same = lastOn.get(f) ?? -1;
      const share = total > 0 ? count(child) / total : 0.5;
      const e = list.length;
      const length = path + (same < 0 ? 1 : 0);
      list.push({ parent, same, node, child, zero: share * (same < 0 ? 1 : list[same]!.zero), path: length });
      visit(child, e, length, new Map(lastOn).set(f, e));
    }
  };
  visit(root, -1, 0, new Map());
  const longest = list.reduce((most, edge) => Math.max(most, edge.path), 0);
  const Q = Math.max(1, Math.ceil(longest / 2));
  const { points, weights } = gaussLegendre(Q);
  const factor = new Float64Array(list.length * 2 * Q);
  const inverse = new Float64Array(list.length * 2 * Q);
  list.forEach((edge, e) => {
    for (let taken = 0; taken < 2; taken++)
      for (let q = 0; q < Q; q++) {
        const value = points[q]! * taken + (1 - points[q]!) * edge.zero;
        factor[(e * 2 + taken) * Q + q] = value;
        inverse[(e * 2 + taken) * Q + q] = value === 0 ? 0 : 1 / value;
      }
  });
  const ints = (pick: (edge: (typeof list)[number]) => number) => Int32Array.from(list, pick);
  return {
    output: model.treeOutput[t]!,
    expected: expectedValue(model, root),
    edges: list.length,
    quadrature: Q,
    parent: ints((edge) => edge.parent),
    same: ints((edge) => edge.same),
    node: ints((edge) => edge.node),
    child: ints((edge) => edge.child),
    feature: ints((edge) => trees.feature[edge.node]!),
    leafValue: Float64Array.from(list, (edge) => (edge.child < 0 ? trees.leafValue[~edge.child]! : 0)),
    zero: Float64Array.from(list, (edge) => edge.zero),
    factor,
    inverse,
    weights,
    sibling: Int32Array.from(list, (edge, e) => list.findIndex((other, o) => o < e && other.node === edge.node)),
  };
}

/** Mean leaf value of a subtree, weighted by training rows. */
function expectedValue(model: TreeModel, item: number): number {
  const { trees } = model;
  if (item < 0) return trees.leafValue[~item]!;
  const total = trees.nodeCount[item]!;
  const part = (c: number) => (c >= 0 ? trees.nodeCount[c]! : trees.leafCount[~c]!) * expectedValue(model, c);
  return total > 0
    ? (part(trees.left[item]!) + part(trees.right[item]!)) / total
    : (expectedValue(model, trees.left[item]!) + expectedValue(model, trees.right[item]!)) / 2;
}

/** Gauss-Legendre points and weights on [0, 1], by Newton's method on the Legendre recurrence. */
export function gaussLegendre(n: number): { points: Float64Array; weights: Float64Array } {
  const points = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let round = 0; round < 100; round++) {
      let before = 1;
      let here = x;
      for (let k = 2; k <= n; k++) [before, here] = [here, ((2 * k - 1) * x * here - (k - 1) * before) / k];
      slope = (n * (x * here - before)) / (x * x - 1);
      const move = here / slope;
      x -= move;
      if (Math.abs(move) < 1e-16) break;
    }
    points[i] = (1 - x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}
