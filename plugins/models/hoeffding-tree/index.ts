import { definePlugin, hoeffdingLearner, vectorModule, z } from 'tidegate';

/** Hoeffding tree (very fast decision tree): learns a direction label row by row. */
export default definePlugin({
  kind: 'model',
  name: 'hoeffding-tree',
  version: '1.0.0',
  doc: 'decision tree that grows row by row (VFDT), for a direction label',
  options: z.object({
    grace: z.int().min(1).default(200).describe('rows that a leaf sees between attempts to split'),
    delta: z.number().positive().max(0.5).default(1e-7).describe('chance that a split is not the best one'),
    tie: z.number().min(0).max(1).default(0.05).describe('candidates closer than this count as equal'),
    leaves: z.int().min(2).max(100_000).default(1000).describe('most leaves'),
  }),
  create(options) {
    return vectorModule({
      name: 'hoeffding-tree',
      version: 1,
      task: 'classification',
      options,
      train: (rows) => hoeffdingLearner(rows.width, { ...options, classes: rows.classes }, rows),
      revive: (arrays, { width, classes }) => hoeffdingLearner(width, { ...options, classes }, arrays),
    });
  },
});
