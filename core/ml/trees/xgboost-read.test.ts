import { describe, expect, it } from 'vitest';
import { predictInto, predictRawInto } from './predict.ts';
import { readXgboost } from './xgboost-read.ts';

/** A model of one tree: feature 0 below 0.3 (a float) or missing goes left; else categories 1 and 3 of feature 1 go right. */
const tree = {
  left_children: [1, -1, 3, -1, -1],
  right_children: [2, -1, 4, -1, -1],
  split_indices: [0, 0, 1, 0, 0],
  split_conditions: [Math.fround(0.3), 1.5, 0, -0.25, 0.75],
  split_type: [0, 0, 1, 0, 0],
  default_left: [1, 0, 0, 0, 0],
  categories: [1, 3],
  categories_nodes: [2],
  categories_segments: [0],
  categories_sizes: [2],
  base_weights: [0, 0, 0, 0, 0],
  loss_changes: [9, 0, 4, 0, 0],
  sum_hessian: [10, 4, 6, 3, 3],
};
const model = (change: object = {}, objective = 'reg:squarederror') => ({
  learner: {
    feature_names: ['a', 'b'],
    gradient_booster: { name: 'gbtree', model: { trees: [{ ...tree, ...change }], tree_info: [0] } },
    learner_model_param: { base_score: '[5E-1]', num_class: '0', num_feature: '2' },
    objective: { name: objective },
  },
});

function predict(rows: readonly (readonly [number, number])[], of: object = model()): number[] {
  const columns = [0, 1].map((f) => Float64Array.from(rows, (row) => row[f]!));
  const out = new Float64Array(rows.length);
  predictRawInto(readXgboost(JSON.stringify(of)), columns, out, 0, rows.length);
  return Array.from(out);
}

describe('readXgboost', () => {
  it('compares in single precision, strictly', () => {
    const t = Math.fround(0.3);
    const spacing = 2 ** -25;
    expect(
      predict([
        [t, 1],
        [t - spacing, 1],
        [0.3, 1],
        [t - spacing / 2 - 1e-12, 1],
        [t - spacing / 2 + 1e-12, 1],
      ]),
    ).toEqual([1.25, 2, 1.25, 2, 1.25]);
  });

  it('sends missing values the stated way and set members right', () => {
    const nan = Number.NaN;
    expect(
      predict([
        [nan, 0],
        [1, 1],
        [1, 3],
        [1, 2],
        [1, nan],
        [1, -0.5],
        [1, 99],
      ]),
    ).toEqual([2, 1.25, 1.25, 0.25, 1.25, 0.25, 0.25]);
  });

  it('turns the base score into a raw score', () => {
    expect(predict([[0, 0]], model({}, 'binary:logistic'))).toEqual([1.5]);
    const out = new Float64Array(1);
    predictInto(
      readXgboost(JSON.stringify(model({}, 'binary:logistic'))),
      [Float64Array.of(0), Float64Array.of(0)],
      out,
      0,
      1,
    );
    expect(out[0]).toBeCloseTo(1 / (1 + Math.exp(-1.5)), 15);
  });

  it('refuses what it cannot read', () => {
    expect(() => readXgboost('{')).toThrow(/TREES_MODEL_CORRUPT: the text is not JSON/);
    expect(() => readXgboost('{}')).toThrow(/TREES_MODEL_CORRUPT: learner/);
    expect(() => predict([[0, 0]], model({}, 'survival:cox'))).toThrow(
      /TREES_MODEL_UNSUPPORTED: objective "survival:cox"/,
    );
    expect(() => predict([[0, 0]], model({ left_children: [1, -1, 9, -1, -1] }))).toThrow(
      /TREES_MODEL_CORRUPT: child 9 of a tree does not exist/,
    );
    expect(() => predict([[0, 0]], model({ left_children: [0, -1, 3, -1, -1] }))).toThrow(/TREES_MODEL_CORRUPT/);
    expect(() => predict([[0, 0]], model({ categories_nodes: [] }))).toThrow(/a category split has no categories/);
  });
});
