import { definePlugin, forestTrees, treeModule, z } from 'tidegate';

/** Extremely randomised trees (Geurts, Ernst and Wehenkel 2006): thresholds drawn at random, every tree on all rows. */
export default definePlugin({
  kind: 'model',
  name: 'extra-trees',
  version: '1.0.0',
  doc: 'extremely randomised trees: random thresholds, all rows',
  options: z.object({
    task: z
      .enum(['auto', 'classification', 'regression'])
      .default('auto')
      .describe('what the label is; auto: up to three whole numbers are classes'),
    trees: z.int().min(1).max(100_000).default(100).describe('trees; per class with more than two'),
    maxDepth: z.int().min(0).max(1000).default(0).describe('deepest split; 0: no limit'),
    minDataInLeaf: z.int().min(1).default(5).describe('least rows of a leaf'),
    featureFraction: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe(
        'share of features that each split may choose from; 0: square root for classes, a third for real values',
      ),
    maxBins: z.int().min(2).max(255).default(255).describe('bins per feature'),
    seed: z.int().min(0).default(0).describe('of every random draw: same seed and data, same model'),
    threads: z.int().min(1).max(64).default(1).describe('threads that train; the model does not depend on it'),
  }),
  create: (options) => {
    const { task, featureFraction, ...grow } = options;
    return treeModule({
      name: 'extra-trees',
      version: 1,
      task,
      leastRows: 2 * grow.minDataInLeaf,
      options,
      train: (rows, names) =>
        forestTrees(rows, names, {
          ...grow,
          extraTrees: true,
          ...(featureFraction > 0 && { featureFractionByNode: featureFraction }),
        }),
    });
  },
});
