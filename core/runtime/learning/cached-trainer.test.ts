import { expect, it } from 'vitest';
import type { FittedWindow, WindowRecipe } from '../../ml/walk/fit-window.ts';
import type { Dataset } from '../../ports/learning-modules.ts';
import { cachedTrainer } from './cached-trainer.ts';
import type { Trainer } from './trainer.ts';

const HOUR = 3_600_000;
const RECIPE: WindowRecipe = {
  ...{ steps: [], uniqueness: false, returns: false, featureWeights: false, calibration: 'none' },
  ...{ holdout: 0.2, trials: 0, search: {}, seed: 0, classes: 2 },
};

/** Six rows, an hour apart; the third has no label. */
function rows(change: (x: Float64Array) => void = () => undefined): Dataset {
  const x = Float64Array.of(1, 2, 3, 4, 5, 6);
  change(x);
  const availableAt = x.map((_, i) => i * HOUR);
  const target = Float64Array.of(0, 1, Number.NaN, 1, 0, 1);
  return { names: ['x'], columns: [x], rows: 6, target, availableAt, labelAt: availableAt.map((t) => t + HOUR) };
}

it('trains anew only where a row that is learned from differs, gaps in the window or not', async () => {
  let trained = 0;
  const inner: Trainer = {
    share: () => 0,
    fit: async () => ({ saved: { arrays: {} }, rows: ++trained }) as unknown as FittedWindow,
    end: async () => undefined,
  };
  const trainedOn = async (dataset: Dataset, from: number, to: number) => {
    const trainer = cachedTrainer(inner, 'code of the trainer that is counted');
    const job = { after: from * HOUR - 1, at: to * HOUR };
    return (await trainer.fit({ dataset: trainer.share(dataset), model: 'm', recipe: RECIPE, job })).rows;
  };
  expect(await trainedOn(rows(), 0, 5)).toBe(1);
  expect(await trainedOn(rows(), 0, 5)).toBe(1);
  const unlabelled = rows((x) => {
    x[2] = 9;
  });
  expect(await trainedOn(unlabelled, 0, 5)).toBe(1);
  const learned = rows((x) => {
    x[3] = 9;
  });
  expect(await trainedOn(learned, 0, 5)).toBe(2);
  // Rows 3 to 4, without a gap: what comes after the window is no part of it.
  expect(await trainedOn(rows(), 3, 5)).toBe(3);
  const after = rows((x) => {
    x[5] = 9;
  });
  expect(await trainedOn(after, 3, 5)).toBe(3);
  expect(await trainedOn(learned, 3, 5)).toBe(4);
});
