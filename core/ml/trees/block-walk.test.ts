import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Rng, seeded } from '../../foundation/rng.ts';
import { predictRawInto } from './predict.ts';
import { DEFAULT_LEFT, MISSING_NAN, packTrees, type TreeDraft, type TreeModel } from './tree-model.ts';

const FEATURES = 3;
/** Values that rows and thresholds share, so that they meet. */
const VALUES = [0, -0, 1e-36, 1, -1, 2.5, -2.5, 5e-324, 1e300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** A tree that grows by splitting a leaf drawn at random. */
function randomTree(rng: Rng, splits: number): TreeDraft {
  const left: number[] = [];
  const right: number[] = [];
  const holes: [side: number[], node: number][] = [];
  for (let node = 0; node < splits; node++) {
    const hole = holes.splice(rng.int(holes.length || 1), 1)[0];
    if (hole) hole[0][hole[1]] = node;
    holes.push([left, node], [right, node]);
  }
  holes.forEach(([side, node], leaf) => {
    side[node] = ~leaf;
  });
  const flags = [0, MISSING_NAN, MISSING_NAN | DEFAULT_LEFT];
  const each = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
  const zeros = each(splits, () => 0);
  return {
    feature: each(splits, () => rng.int(FEATURES)),
    threshold: each(splits, () => VALUES[rng.int(VALUES.length)]!),
    flags: each(splits, () => flags[rng.int(3)]!),
    left,
    right,
    ...{ gain: zeros, nodeValue: zeros, nodeWeight: zeros, nodeCount: zeros },
    leafValue: each(splits + 1, () => rng.normal()),
    ...{ leafWeight: [...zeros, 0], leafCount: [...zeros, 0] },
    shrinkage: 1,
    categorySets: [],
  };
}

it('predicts many rows to the bit as it predicts each alone, missing and infinite values included', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 3 }), (seed, outputs) => {
      const rng = seeded(seed);
      const drafts = Array.from({ length: 3 * outputs }, () => randomTree(rng, rng.int(20)));
      const model: TreeModel = {
        featureNames: ['a', 'b', 'c'],
        featureInfos: ['none', 'none', 'none'],
        outputs,
        objective: 'regression',
        averaged: false,
        base: Array.from({ length: outputs }, () => rng.normal()),
        singlePrecision: false,
        treeOutput: Int32Array.from(drafts, (_, t) => t % outputs),
        trees: packTrees(drafts, FEATURES),
      };
      const rows = 256 + rng.int(40);
      const value = () => (rng.int(8) === 0 ? Number.NaN : VALUES[rng.int(VALUES.length)]!);
      const columns = Array.from({ length: FEATURES }, () => Float64Array.from({ length: rows }, value));
      const out = new Float64Array(rows * outputs);
      predictRawInto(model, columns, out, 0, rows);
      const alone = new Float64Array(rows * outputs);
      for (let i = 0; i < rows; i++) predictRawInto(model, columns, alone, i, i + 1);
      expect(Array.from(out)).toEqual(Array.from(alone));
    }),
    { numRuns: 40 },
  );
});
