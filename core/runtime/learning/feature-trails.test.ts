import { expect, it } from 'vitest';
import { featureTrails } from './feature-trails.ts';
import type { BlockReport } from './learning-report.ts';
import type { Training } from './training-log.ts';

const training = (at: number, more: Partial<Training> = {}): Training => ({
  block: 'b',
  pairs: ['A/B'],
  at,
  from: at,
  ...more,
});
const report = (block: string, trainings: readonly Training[]) => ({ block, trainings }) as BlockReport;

it('puts the trainings of all pairs of a block in order, one shared by pairs once', () => {
  const features = ['x', 'y'];
  const shared = training(2, { features, importance: Float64Array.of(0.25, 0.75) });
  const early = training(1, { features, importance: Float64Array.of(0.5, 0.5) });
  expect(
    featureTrails([report('b', [shared, training(3, { failure: 'one class' })]), report('b', [shared, early])]),
  ).toEqual([
    {
      block: 'b',
      trainings: 2,
      features: [
        { name: 'x', importance: [0.5, 0.25], weight: [] },
        { name: 'y', importance: [0.5, 0.75], weight: [] },
      ],
    },
  ]);
});

it('has weights where any training has; a block whose model tells nothing has no features', () => {
  const weighed = training(1, { features: ['x'], importance: null, featureWeights: Float64Array.of(0.1) });
  const plain = training(2, { features: ['x'], importance: Float64Array.of(1), featureWeights: null });
  const [one, two] = featureTrails([report('b', [weighed, plain]), report('mute', [training(1)])]);
  expect(one!.features).toEqual([{ name: 'x', importance: [Number.NaN, 1], weight: [0.1, Number.NaN] }]);
  expect(two).toEqual({ block: 'mute', trainings: 0, features: [] });
});
