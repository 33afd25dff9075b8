import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import type { Dataset, ModelModule } from '../../ports/learning-modules.ts';
import { preparationSteps } from '../preparation/preparation-steps.ts';
import { forestTrees } from '../tree-models/trained-trees.ts';
import { treeModule } from '../tree-models/tree-module.ts';
import { fitWindow, type WindowRecipe } from './fit-window.ts';
import { decodeFitted, encodeFitted } from './fitted-bytes.ts';
import { modelAnswer } from './model-answer.ts';

const ROWS = 800;
/** The label follows the first of three features; each is known an hour before its label. */
function rows(seed = 'window'): Dataset {
  const rng = seeded(seed);
  const columns = [0, 1, 2].map(() => Float64Array.from({ length: ROWS }, () => rng.normal()));
  return {
    names: ['told', 'idle', 'other'],
    columns,
    rows: ROWS,
    target: columns[0]!.map((x) => (x + 0.3 * rng.normal() > 0 ? 1 : 0)),
    availableAt: Float64Array.from({ length: ROWS }, (_, i) => i),
    labelAt: Float64Array.from({ length: ROWS }, (_, i) => i + 1),
    moves: Float64Array.from({ length: ROWS }, (_, i) => (i % 2 === 0 ? 0.01 : -0.03)),
  };
}

const RECIPE: WindowRecipe = {
  steps: [],
  ...{ uniqueness: false, returns: false, featureWeights: false, calibration: 'none' },
  ...{ holdout: 0.25, trials: 0, search: {}, seed: 1, classes: 2 },
};
const JOB = { after: Number.NEGATIVE_INFINITY, at: ROWS };
const tree = (): ModelModule =>
  treeModule({
    name: 'tree',
    version: 1,
    task: 'auto',
    leastRows: 2,
    options: {},
    train: (data, names) => forestTrees(data, names, { trees: 20, maxDepth: 3, seed: 1 }),
  });

/** Keeps what it was given to learn from. */
function listener(): { readonly heard: Dataset[]; readonly make: () => ModelModule } {
  const heard: Dataset[] = [];
  const make = () => {
    const model = tree();
    const fit = (data: Dataset) => {
      heard.push(data);
      model.fit(data);
    };
    return { ...model, fit };
  };
  return { heard, make };
}

it('weighs features by what shuffling them costs on rows that the model has not seen', () => {
  const fitted = fitWindow(rows(), JOB, { ...RECIPE, featureWeights: true }, tree);
  const [told, idle, other] = fitted.featureWeights!;
  expect(told).toBe(1);
  expect(Math.max(idle!, other!)).toBeLessThan(0.15);
  expect(Math.min(idle!, other!)).toBeGreaterThanOrEqual(0.1);
  const plain = fitWindow(rows(), JOB, RECIPE, tree);
  expect(plain.featureWeights).toBeNull();
  expect(fitted.importance![0]).toBeGreaterThan(plain.importance![0]!);
  expect(decodeFitted(encodeFitted(fitted), 'here')).toEqual(fitted);
  expect(fitWindow(rows(), JOB, { ...RECIPE, featureWeights: true }, tree)).toEqual(fitted);
});

it('finds those weights without the rows that come after the training', () => {
  const data = rows();
  const job = { ...JOB, at: 500 };
  const before = fitWindow(data, job, { ...RECIPE, featureWeights: true }, tree);
  const changed = { ...data, columns: data.columns.map((c) => c.map((x, i) => (i > 500 ? 99 : x))) };
  expect(fitWindow(changed, job, { ...RECIPE, featureWeights: true }, tree)).toEqual(before);
});

it('weighs rows by the move that their label spans', () => {
  const { heard, make } = listener();
  fitWindow(rows(), JOB, { ...RECIPE, returns: true }, make);
  expect(heard[0]!.weights![0]).toBeCloseTo(0.5, 12);
  expect(heard[0]!.weights![1]).toBeCloseTo(1.5, 12);
});

it.each(['dissimilarity', 'isolation'])('leaves rows unlike those it learned to no opinion by %s', (name) => {
  const steps = preparationSteps(['standard', name]);
  const fitted = fitWindow(rows(), JOB, { ...RECIPE, steps }, tree);
  const model = tree();
  model.load(decodeFitted(encodeFitted(fitted), 'here').saved);
  const answer = modelAnswer(model, decodeFitted(encodeFitted(fitted), 'here'));
  const out = [0, 1, 2].map(() => new Float64Array(2));
  const [told, idle, other] = [Float64Array.of(1, 30), Float64Array.of(0, -30), Float64Array.of(0, 30)];
  answer([new Float64Array(2), told, idle, other], out, 0, 2);
  expect(out[0]![0]).toBeGreaterThan(0.3);
  expect(out[0]![1]).toBeNaN();
});

it('learns no row that a guard calls an outlier', () => {
  const { heard, make } = listener();
  fitWindow(rows(), JOB, { ...RECIPE, steps: preparationSteps([{ name: 'isolation', share: 0.1 }]) }, make);
  expect(heard[0]!.rows).toBeGreaterThan(700);
  expect(heard[0]!.rows).toBeLessThan(740);
});
