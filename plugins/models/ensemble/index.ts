import { boostedTrees, definePlugin, ensembleModule, forestTrees, treeModule, z } from 'tidegate';

/** Trees of several kinds, whose opinions are averaged: weights are equal, or follow what each did on the latest rows. */
export default definePlugin({
  kind: 'model',
  name: 'ensemble',
  version: '1.0.0',
  doc: 'boosted trees, random forest and extra trees averaged, less sure where they disagree',
  options: z.object({
    members: z
      .array(z.enum(['gradient-boosting', 'random-forest', 'extra-trees']))
      .min(2)
      .max(10)
      .default(['gradient-boosting', 'random-forest', 'extra-trees'])
      .describe('kinds of trees; one named twice is trained with another seed'),
    weighting: z
      .enum(['equal', 'skill'])
      .default('skill')
      .describe('skill: by how far above chance (AUC) each did on the latest rows, before all learn from all rows'),
    holdout: z.number().positive().max(0.5).default(0.2).describe('latest share of rows that skill is measured on'),
    trees: z.int().min(1).max(10_000).default(100).describe('trees of each member'),
    learningRate: z.number().positive().max(1).default(0.1).describe('of boosted members'),
    leaves: z.int().min(2).max(4096).default(31).describe('most leaves of a boosted tree'),
    minDataInLeaf: z.int().min(1).default(20).describe('least rows of a leaf'),
    seed: z.int().min(0).default(0).describe('of every random draw: same seed and data, same model'),
    threads: z.int().min(1).max(64).default(1).describe('threads that train; the model does not depend on it'),
  }),
  create(options) {
    const { members, weighting, holdout, trees, learningRate, leaves, minDataInLeaf, seed, threads } = options;
    const shared = { trees, minDataInLeaf, threads };
    return ensembleModule({
      name: 'ensemble',
      version: 1,
      options,
      weighting,
      holdout,
      members: members.map(
        (kind, k) => () =>
          treeModule({
            name: kind,
            version: 1,
            task: 'auto',
            leastRows: 2 * minDataInLeaf,
            options: {},
            train: (rows, names) =>
              kind === 'gradient-boosting'
                ? boostedTrees(rows, names, {
                    ...shared,
                    seed: seed + k,
                    learningRate,
                    leaves,
                    // Members differ by what they see, even where they are of one kind.
                    featureFraction: 0.8,
                    earlyStopping: 0,
                    validationShare: 0.15,
                  })
                : forestTrees(rows, names, { ...shared, seed: seed + k, extraTrees: kind === 'extra-trees' }),
          }),
      ),
    });
  },
});
