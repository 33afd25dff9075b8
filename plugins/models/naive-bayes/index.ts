import { definePlugin, naiveBayes, trainNaiveBayes, vectorModule, z } from 'tidegate';

/** Gaussian naive Bayes of a direction label: fast, and hard to overfit, but too sure of itself where features say the same. */
export default definePlugin({
  kind: 'model',
  name: 'naive-bayes',
  version: '1.0.0',
  doc: 'Gaussian naive Bayes of a direction label',
  options: z.object({
    smoothing: z.number().positive().default(1e-9).describe('added to variances, as a share of the largest'),
  }),
  create(options) {
    return vectorModule({
      name: 'naive-bayes',
      version: 1,
      task: 'classification',
      options,
      train: (rows) => trainNaiveBayes(rows, options.smoothing),
      revive: (arrays) => naiveBayes(arrays),
    });
  },
});
