import { expect, it } from 'vitest';
import adaptiveForest from './adaptive-random-forest/index.ts';
import elasticNet from './elastic-net/index.ts';
import naiveBayes from './naive-bayes/index.ts';
import online from './online-linear/index.ts';

const rows = 300;
const x = Float64Array.from({ length: rows }, (_, i) => Math.sin(i * 0.7) * 3 + 1);
const noise = Float64Array.from({ length: rows }, (_, i) => Math.cos(i * 1.3));
const time = Float64Array.from({ length: rows }, (_, i) => i);
const dataset = (target: Float64Array) => ({
  names: ['x', 'noise'],
  columns: [x, noise],
  rows,
  target,
  availableAt: time,
  labelAt: time,
});
const predict = (
  model: { predictInto: (...a: [readonly Float64Array[], Out, number, number]) => void },
  row: readonly number[],
) => {
  const out = { direction: new Float64Array(1), confidence: new Float64Array(1), volatility: new Float64Array(1) };
  model.predictInto(
    row.map((v) => Float64Array.of(v)),
    out,
    0,
    1,
  );
  return { direction: out.direction[0]!, confidence: out.confidence[0]!, volatility: out.volatility[0]! };
};
type Out = { direction: Float64Array; confidence: Float64Array; volatility: Float64Array };

it('elastic net answers the odds of its line with the deviation of its residuals', () => {
  const model = elasticNet.create({ alpha: 0, l1Ratio: 0.5 });
  model.fit(dataset(x.map((v, i) => 0.01 * v + (i % 2 === 0 ? 0.005 : -0.005))));
  const said = predict(model, [0.5, 0]);
  expect(said.volatility).toBeCloseTo(0.005, 4);
  // 0.005 over a deviation of 0.005: 2·Φ(1) - 1.
  expect(said.direction).toBeCloseTo(0.6827, 2);
});

it('three classes: direction is P(up) - P(down), confidence that of the likeliest over chance', () => {
  const model = naiveBayes.create({ smoothing: 1e-9 });
  model.fit(dataset(x.map((v) => (v > 2 ? 1 : v < 0 ? -1 : 0))));
  expect(predict(model, [3.5, 0]).direction).toBeGreaterThan(0.95);
  expect(predict(model, [-1.5, 0]).direction).toBeLessThan(-0.95);
  const middle = predict(model, [1, 0]);
  expect(Math.abs(middle.direction)).toBeLessThan(0.1);
  expect(middle.confidence).toBeGreaterThan(0.7);
  expect(predict(model, [Number.NaN, Number.NaN]).direction).toBeNaN();
});

it.each([
  ['online-linear', () => online.create({ rule: 'sgd', rate: 0.1, l1: 0, l2: 0, passes: 1, task: 'auto' })],
  [
    'adaptive-random-forest',
    () => adaptiveForest.create({ trees: 5, grace: 20, warning: 0.01, drift: 0.001, seed: 0 }),
  ],
])('%s goes on learning row by row, saved and loaded in between', (_, make) => {
  const isUp = x.map((v) => (v > 1 ? 1 : -1));
  const model = make();
  model.fit(dataset(isUp));
  expect(predict(model, [3, 0]).direction).toBeGreaterThan(0.5);
  const loaded = make();
  loaded.load(structuredClone(model.save()));
  for (let i = 0; i < 1500; i++)
    for (const m of [model, loaded]) m.update!(Float64Array.of(x[i % rows]!, noise[i % rows]!), -isUp[i % rows]!);
  expect(loaded.save()).toEqual(model.save());
  expect(predict(loaded, [3, 0]).direction).toBeLessThan(-0.5);
});

it('a model that does not learn row by row says so', () => {
  const model = naiveBayes.create({ smoothing: 1e-9 });
  model.fit(dataset(x.map((v) => (v > 1 ? 1 : 0))));
  expect(() => model.update!(Float64Array.of(1, 0), 1)).toThrow('MODEL_NOT_ONLINE: model "naive-bayes"');
});
