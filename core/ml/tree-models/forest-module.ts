import { z } from 'zod';
import type { ModelModule } from '../../ports/learning-modules.ts';
import { forestTrees } from './trained-trees.ts';
import { treeModule } from './tree-module.ts';

/** Options of forests, whatever their trees. */
export const forestOptions = z.object({
  task: z
    .enum(['auto', 'classification', 'regression'])
    .default('auto')
    .describe('what the label is; auto: up to three whole numbers are classes'),
  trees: z.int().min(1).max(100_000).default(100).describe('trees; per class with more than two'),
  maxDepth: z
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .meta({ search: [0, 12] })
    .describe('deepest split; 0: no limit'),
  minDataInLeaf: z.int().min(1).default(5).describe('least rows of a leaf'),
  featureFraction: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('share of features that each split may choose from; 0: square root for classes, a third for real values'),
  maxBins: z.int().min(2).max(255).default(255).describe('bins per feature'),
  seed: z.int().min(0).default(0).describe('of every random draw: same seed and data, same model'),
  threads: z.int().min(1).max(64).default(1).describe('threads that train; the model does not depend on it'),
});

/** A forest as a model module: resampled rows and best thresholds, or with `extraTrees` all rows and random ones. */
export function forestModule(name: string, options: z.output<typeof forestOptions>, extraTrees: boolean): ModelModule {
  const { task, featureFraction, ...grow } = options;
  return treeModule({
    name,
    version: 1,
    task,
    leastRows: 2 * grow.minDataInLeaf,
    options,
    train: (rows, names) =>
      forestTrees(rows, names, {
        ...grow,
        extraTrees,
        ...(featureFraction > 0 && { featureFractionByNode: featureFraction }),
      }),
  });
}
