import { definePlugin, forestTrees, treeModule, z } from 'tidegate';

/** One decision tree over all rows and features. */
export default definePlugin({
  kind: 'model',
  name: 'decision-tree',
  version: '1.0.0',
  doc: 'one decision tree: the model that can be read',
  options: z.object({
    task: z
      .enum(['auto', 'classification', 'regression'])
      .default('auto')
      .describe('what the label is; auto: up to three whole numbers are classes'),
    maxDepth: z
      .int()
      .min(0)
      .max(1000)
      .default(6)
      .meta({ search: [1, 16] })
      .describe('deepest split; 0: no limit'),
    minDataInLeaf: z.int().min(1).default(20).describe('least rows of a leaf'),
    maxBins: z.int().min(2).max(255).default(255).describe('bins per feature'),
    seed: z.int().min(0).default(0).describe('of every random draw: same seed and data, same model'),
    threads: z.int().min(1).max(64).default(1).describe('threads that train; the model does not depend on it'),
  }),
  create: (options) => {
    const { task, ...grow } = options;
    return treeModule({
      name: 'decision-tree',
      version: 1,
      task,
      leastRows: 2 * grow.minDataInLeaf,
      options,
      train: (rows, names) => forestTrees(rows, names, { ...grow, isSingle: true }),
    });
  },
});
