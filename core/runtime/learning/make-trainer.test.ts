import { expect, it } from 'vitest';
import { z } from 'zod';
import type { WindowRecipe } from '../../ml/walk/fit-window.ts';
import type { Dataset, ModelModule } from '../../ports/learning-modules.ts';
import { definePlugin } from '../../registry/define-plugin.ts';
import { Registry } from '../../registry/registry.ts';
import { makeTrainer } from './make-trainer.ts';

const HOUR = 3_600_000;
const RECIPE: WindowRecipe = {
  ...{ steps: [], uniqueness: false, returns: false, featureWeights: false, calibration: 'none' },
  ...{ holdout: 0.2, trials: 0, search: {}, seed: 0, classes: 2 },
};

it('trains anew where the code of a module that is none of ours is other', async () => {
  let fits = 0;
  const model: ModelModule = {
    name: 'counting',
    fit: () => {
      fits++;
    },
    predictInto: (_, out) => void out.direction.fill(0.5),
    save: () => ({ name: 'counting', version: 1, meta: {}, arrays: {} }),
    load: () => undefined,
  };
  const trainWith = async (code: string) => {
    const registry = new Registry('0.1.0');
    const own = { kind: 'model', name: 'counting', version: '1.0.0', doc: 'counts', options: z.object({}) } as const;
    registry.register(definePlugin({ ...own, create: () => model }), 'package counting', code);
    const trainer = makeTrainer({ registry, jobs: 1, packages: ['counting'], stored: async () => [] as never });
    const availableAt = Float64Array.from({ length: 40 }, (_, i) => i * HOUR);
    const x = availableAt.map((_, i) => i % 7);
    const target = x.map((v) => (v > 3 ? 1 : 0));
    const labelAt = availableAt.map((t) => t + HOUR);
    const dataset: Dataset = { names: ['x'], columns: [x], rows: 40, target, availableAt, labelAt };
    const job = { after: -1, at: 40 * HOUR };
    await trainer.fit({ dataset: trainer.share(dataset), model: 'counting', recipe: RECIPE, job });
    return fits;
  };
  const first = await trainWith('a');
  expect(await trainWith('a')).toBe(first);
  expect(await trainWith('b')).toBeGreaterThan(first);
});
