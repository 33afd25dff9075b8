import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { trainBoosting } from './boost.ts';
import { trainForest } from './forest.ts';
import { gainImportance, permutationImportance, splitImportance } from './importance.ts';
import { readLightgbm } from './lightgbm-read.ts';
import { writeLightgbm } from './lightgbm-write.ts';
import { type FeatureColumns, predictInto, predictRawInto } from './predict.ts';
import { loadTrees, saveTrees } from './save.ts';
import { gaussLegendre, treeExplainer } from './shap.ts';
import { CATEGORICAL, type TreeModel } from './tree-model.ts';
import { inSet, walkPlan } from './walk.ts';

const rng = seeded('models');
const ROWS = 1500;
const columns = Array.from({ length: 5 }, (_, f) =>
  Float64Array.from({ length: ROWS }, () =>
    f === 3 ? rng.int(15) : f === 4 && rng.next() < 0.2 ? Number.NaN : rng.normal(),
  ),
);
const signal = columns[0]!.map(
  (x, i) => x * columns[1]![i]! + (columns[3]![i]! % 4 === 0 ? 1 : -1) + (Number.isNaN(columns[4]![i]!) ? 1 : 0),
);
const up = signal.map((s) => (s > 0 ? 1 : 0));
const settings = { categorical: [3], trees: 8, leaves: 9 } as const;
const MODELS: Record<string, TreeModel> = {
  binary: trainBoosting({ columns, labels: up }, { ...settings, objective: { kind: 'binary' } }).model,
  classes: trainBoosting(
    { columns, labels: signal.map((s) => (s > 1 ? 2 : s > 0 ? 1 : 0)) },
    { ...settings, objective: { kind: 'multiclass', classes: 3 } },
  ).model,
  forest: trainForest({ columns, labels: signal }, { ...settings, target: { kind: 'regression' }, minDataInLeaf: 10 }),
};
const names = Object.keys(MODELS);

function raw(model: TreeModel, data: FeatureColumns = columns, to = ROWS): Float64Array {
  const out = new Float64Array(to * model.outputs);
  predictRawInto(model, data, out, 0, to);
  return out;
}

describe.each(names)('%s model', (name) => {
  const model = MODELS[name]!;

  it('comes back from LightGBM text with the same predictions, to the bit', () => {
    const text = writeLightgbm(model);
    const back = readLightgbm(text);
    expect(raw(back)).toEqual(raw(model));
    expect(writeLightgbm(back)).toBe(text);
    expect(gainImportance(back)).toEqual(gainImportance(model));
  });

  it('comes back from bytes to the bit', () => {
    expect(loadTrees(saveTrees(model))).toEqual(model);
  });

  it('predicts the same in any pieces, and one row at a time', () => {
    const whole = raw(model);
    fc.assert(
      fc.property(fc.nat(ROWS), (cut) => {
        const out = new Float64Array(ROWS * model.outputs);
        predictRawInto(model, columns, out, cut, ROWS);
        predictRawInto(model, columns, out, 0, cut);
        expect(out).toEqual(whole);
      }),
      { numRuns: 10 },
    );
    const all = new Float64Array(ROWS * model.outputs);
    predictInto(model, columns, all, 0, ROWS);
    const alone = new Float64Array(50 * model.outputs);
    for (let i = 0; i < 50; i++) predictInto(model, columns, alone, i, i + 1);
    expect(alone).toEqual(all.subarray(0, 50 * model.outputs));
  });

  it('is explained by contributions that add up to each raw score', () => {
    const width = model.outputs * 6;
    const shap = new Float64Array(20 * width);
    treeExplainer(model).explainInto(columns, shap, 0, 20);
    const scores = raw(model);
    for (let i = 0; i < 20 * model.outputs; i++)
      expect(shap.subarray(6 * i, 6 * i + 6).reduce((sum, v) => sum + v, 0)).toBeCloseTo(scores[i]!, 10);
  });

  it('refuses other columns', () => {
    expect(() => raw(model, columns.slice(1))).toThrow(/TREES_FEATURE_COUNT: the model has 5 features, the data 4/);
    expect(() => raw(model, columns, ROWS + 1)).toThrow(/TREES_ROWS: column "f0" has 1500 rows, need 1501/);
  });
});

/** Shapley values by their definition: over all subsets of features, with the tree's own expectation where a feature is unknown. */
function shapley(model: TreeModel, row: number[]): number[] {
  const { trees } = model;
  const plan = walkPlan(model);
  const count = (c: number) => (c >= 0 ? trees.nodeCount[c]! : trees.leafCount[~c]!);
  const value = (node: number, known: number): number => {
    if (node < 0) return trees.leafValue[~node]!;
    const [left, right] = [trees.left[node]!, trees.right[node]!];
    const f = trees.feature[node]!;
    const x = row[f]!;
    if (!(known & (1 << f)))
      return (count(left) * value(left, known) + count(right) * value(right, known)) / count(node);
    const isLeft =
      trees.flags[node]! & CATEGORICAL
        ? inSet(plan, trees.threshold[node]!, x)
        : Number.isNaN(x)
          ? plan.whenNaN[node] === left
          : x <= trees.threshold[node]!;
    return value(isLeft ? left : right, known);
  };
  const total = (known: number) => Array.from(trees.root).reduce((sum, root) => sum + value(root, known), 0);
  const weights = [24, 6, 4, 6, 24].map((w) => w / 120);
  return row.map((_, f) => {
    let phi = 0;
    for (let s = 0; s < 32; s++) {
      if (s & (1 << f)) continue;
      const size = [0, 1, 2, 3, 4].filter((g) => s & (1 << g)).length;
      phi += weights[size]! * (total(s | (1 << f)) - total(s));
    }
    return phi;
  });
}

it('TreeSHAP equals Shapley values summed over all subsets', () => {
  const model = MODELS.binary!;
  const shap = new Float64Array(10 * 6);
  treeExplainer(model).explainInto(columns, shap, 0, 10);
  for (let i = 0; i < 10; i++)
    shapley(
      model,
      columns.map((c) => c[i]!),
    ).forEach((phi, f) => {
      expect(shap[6 * i + f]).toBeCloseTo(phi, 10);
    });
});

it('integrates polynomials of degree 2n - 1 exactly', () => {
  for (let n = 1; n <= 12; n++) {
    const { points, weights } = gaussLegendre(n);
    for (let d = 0; d < 2 * n; d++)
      expect(points.reduce((sum, t, q) => sum + weights[q]! * t ** d, 0)).toBeCloseTo(1 / (d + 1), 13);
  }
});

it('ranks the features that matter first, by splits, gain and shuffling', () => {
  const model = MODELS.binary!;
  const loss = (data: FeatureColumns) =>
    raw(model, data).reduce((sum, s, i) => sum + Math.log1p(Math.exp(up[i] === 1 ? -s : s)), 0) / ROWS;
  const found = permutationImportance(columns, { loss, repeats: 3, seed: 1 });
  expect(found.ranking[0]).toBe(3);
  expect(found.mean[2]!).toBeLessThan(found.mean[3]! / 20);
  expect(permutationImportance(columns, { loss, repeats: 3, seed: 1 })).toEqual(found);
  expect(gainImportance(model)[3]).toBe(Math.max(...gainImportance(model)));
  expect(splitImportance(model).reduce((sum, n) => sum + n, 0)).toBe(model.trees.feature.length);
});

describe('a corrupt model', () => {
  const text = writeLightgbm(MODELS.binary!);
  const reading = (of: string) => () => readLightgbm(of, 'm.txt');

  it('text is refused with the place', () => {
    expect(reading('hello')).toThrow(/TREES_MODEL_CORRUPT: the text does not start with "tree" \(m\.txt\)/);
    expect(reading(text.slice(0, 3000))).toThrow(/TREES_MODEL_CORRUPT: "end of trees" is missing/);
    expect(reading(text.replace(/^left_child=\S+/m, 'left_child=0'))).toThrow(
      /TREES_MODEL_CORRUPT: child 0 has two parents \(m\.txt, tree 0\)/,
    );
    expect(reading(text.replace(/^right_child=\S+/m, 'right_child=77'))).toThrow(/child 77 does not exist/);
    expect(reading(text.replace(/^split_feature=\S+/m, 'split_feature=9'))).toThrow(
      /split 0 is on feature 9, the model has 5/,
    );
    expect(reading(text.replace(/^leaf_value=\S+/m, 'leaf_value=x'))).toThrow(
      /leaf_value holds something that is not a number \(m\.txt, tree 0\)/,
    );
    expect(reading(text.replace(/^leaf_value=\S+ /m, 'leaf_value='))).toThrow(/leaf_value has 8 values, expected 9/);
    expect(reading(text.replace(/^objective=.*/m, 'objective=magic'))).toThrow(
      /TREES_OBJECTIVE_UNKNOWN: objective "magic"/,
    );
    expect(reading(text.replace('is_linear=0', 'is_linear=1'))).toThrow(/TREES_MODEL_UNSUPPORTED: linear trees/);
  });

  it('bytes never crash or loop: they load or are refused', () => {
    const bytes = saveTrees(MODELS.binary!);
    expect(() => loadTrees(bytes.subarray(0, bytes.length - 9))).toThrow(/TREES_MODEL_CORRUPT/);
    expect(() => loadTrees(bytes.subarray(3))).toThrow(/TREES_MODEL_CORRUPT: the first 8 bytes/);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const broken = bytes.slice();
        broken[at]! ^= flip;
        try {
          raw(loadTrees(broken));
        } catch (error) {
          expect(String(error)).toMatch(/TREES_/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
