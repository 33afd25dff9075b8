import { definePlugin, svm, trainSvm, vectorModule, z } from 'tidegate';

/** Linear support vector machine of a direction label; margins become probabilities by Platt's scaling. */
export default definePlugin({
  kind: 'model',
  name: 'linear-svm',
  version: '1.0.0',
  doc: 'linear support vector machine of a direction label, with probabilities',
  options: z.object({
    c: z.number().positive().default(1).describe('price of a row on the wrong side of its margin'),
    seed: z.int().min(0).default(0).describe('of the order in which rows are visited'),
  }),
  create(options) {
    return vectorModule({
      name: 'linear-svm',
      version: 1,
      task: 'classification',
      options,
      weighsFeatures: true,
      train: (rows) => trainSvm(rows, options),
      revive: (arrays, { width }) => svm(arrays, width),
    });
  },
});
