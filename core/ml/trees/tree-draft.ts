import type { BinMap } from './bins.ts';
import type { GrownTree } from './grow-tree.ts';
import { CATEGORICAL, DEFAULT_LEFT, MISSING_NAN, type TreeDraft } from './tree-model.ts';

/**
 * A grown tree in terms of feature values. Leaf values are scaled by `rate`, then `bias` is added.
 * A feature that had no missing values in training sends them to the larger child.
 */
export function draftTree(tree: GrownTree, maps: readonly BinMap[], rate: number, bias: number): TreeDraft {
  const categorySets: Uint32Array[] = [];
  const nodes = tree.nodes.map((node) => {
    const { split } = node;
    const map = maps[split.feature]!;
    if (!split.isCategory)
      return {
        threshold: map.upper[split.bin] ?? Number.POSITIVE_INFINITY,
        flags: MISSING_NAN | (split.defaultLeft ? DEFAULT_LEFT : 0),
      };
    const codes = Array.from(map.categories).filter((_, i) => (split.members[(i + 1) >>> 5]! >>> ((i + 1) & 31)) & 1);
    const words = new Uint32Array((Math.max(...codes) >>> 5) + 1);
    for (const code of codes) words[code >>> 5]! |= 1 << (code & 31);
    categorySets.push(words);
    return { threshold: categorySets.length - 1, flags: CATEGORICAL | MISSING_NAN };
  });
  return {
    feature: tree.nodes.map((node) => node.split.feature),
    threshold: nodes.map((node) => node.threshold),
    flags: nodes.map((node) => node.flags),
    left: tree.nodes.map((node) => node.left),
    right: tree.nodes.map((node) => node.right),
    gain: tree.nodes.map((node) => node.split.gain),
    nodeValue: tree.nodes.map((node) => node.value * rate + bias),
    nodeWeight: tree.nodes.map((node) => node.weight),
    nodeCount: tree.nodes.map((node) => node.count),
    leafValue: tree.leaves.map((leaf) => leaf.value * rate + bias),
    leafWeight: tree.leaves.map((leaf) => leaf.weight),
    leafCount: tree.leaves.map((leaf) => leaf.count),
    shrinkage: rate,
    categorySets,
  };
}
