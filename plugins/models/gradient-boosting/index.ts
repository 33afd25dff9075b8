import { boostedTrees, definePlugin, treeModule, z } from 'tidegate';

/** Gradient boosting of histogram trees, for directions (binary or multiclass log loss) and real-valued labels (squared error, another loss, or the order of pairs). */
export default definePlugin({
  kind: 'model',
  name: 'gradient-boosting',
  version: '1.0.0',
  doc: 'gradient boosting of histogram trees, after LightGBM',
  options: z.object({
    task: z
      .enum(['auto', 'classification', 'regression'])
      .default('auto')
      .describe('what the label is; auto: up to three whole numbers are classes'),
    loss: z
      .enum(['squared', 'absolute', 'huber', 'quantile', 'rank'])
      .default('squared')
      .describe(
        'of a real-valued label: what is answered is then its mean, median or a quantile; rank: its place among the pairs of one time',
      ),
    lossAlpha: z
      .number()
      .positive()
      .default(0.9)
      .describe("the quantile, or the residual from which Huber's loss is linear"),
    monotone: z
      .record(z.string(), z.union([z.literal(1), z.literal(-1)]))
      .default({})
      .describe('by feature: 1 where the answer may only rise with it, -1 where it may only fall'),
    categorical: z.array(z.string()).default([]).describe('features whose values are codes from 0, without an order'),
    trees: z.int().min(1).max(100_000).default(100).describe('boosting rounds; one tree per class each'),
    learningRate: z.number().positive().max(1).default(0.1).describe('share of each tree that is added'),
    leaves: z.int().min(2).max(4096).default(31).describe('most leaves of a tree'),
    maxDepth: z
      .int()
      .min(0)
      .max(1000)
      .default(0)
      .meta({ search: [0, 12] })
      .describe('deepest split; 0: no limit'),
    growth: z.enum(['leaf', 'depth']).default('leaf').describe('split the best leaf anywhere, or level by level'),
    minDataInLeaf: z.int().min(1).default(20).describe('least rows of a leaf'),
    l1: z.number().min(0).default(0).describe('penalty on the absolute leaf values'),
    l2: z.number().min(0).default(0).describe('penalty on the squared leaf values'),
    minGain: z.number().min(0).default(0).describe('a split must improve the objective by more'),
    featureFraction: z.number().positive().max(1).default(1).describe('share of features that each tree may use'),
    baggingFraction: z.number().positive().max(1).default(1).describe('share of rows that each tree sees'),
    extraTrees: z.boolean().default(false).describe('one random threshold per feature and node'),
    earlyStopping: z
      .int()
      .min(0)
      .default(0)
      .describe('rounds without improvement on the latest rows before it stops; 0: never'),
    validationShare: z
      .number()
      .positive()
      .max(0.5)
      .default(0.15)
      .describe('latest share of rows that early stopping watches'),
    maxBins: z.int().min(2).max(255).default(255).describe('bins per feature'),
    seed: z.int().min(0).default(0).describe('of every random draw: same seed and data, same model'),
    threads: z.int().min(1).max(64).default(1).describe('threads that train; the model does not depend on it'),
  }),
  create: (options) => {
    const { task, ...grow } = options;
    return treeModule({
      name: 'gradient-boosting',
      version: 1,
      task,
      leastRows: 2 * grow.minDataInLeaf,
      options,
      ranks: grow.loss === 'rank',
      train: (rows, names) => boostedTrees(rows, names, grow),
    });
  },
});
