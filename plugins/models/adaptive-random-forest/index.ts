import { adaptiveForestLearner, definePlugin, vectorModule, z } from 'tidegate';

/** Adaptive random forest: Hoeffding trees that notice drift in their own errors and are replaced. */
export default definePlugin({
  kind: 'model',
  name: 'adaptive-random-forest',
  version: '1.0.0',
  doc: 'random forest that learns row by row and replaces trees that drift, for a direction label',
  options: z.object({
    trees: z.int().min(1).max(1000).default(10).describe('trees'),
    grace: z.int().min(1).default(50).describe('rows that a leaf sees between attempts to split'),
    warning: z.number().positive().max(0.5).default(0.01).describe('confidence at which a successor starts to grow'),
    drift: z.number().positive().max(0.5).default(0.001).describe('confidence at which it takes over'),
    seed: z.int().min(0).default(0).describe('of every random draw'),
  }),
  create(options) {
    return vectorModule({
      name: 'adaptive-random-forest',
      version: 1,
      task: 'classification',
      options,
      train: (rows) => adaptiveForestLearner(rows.width, { ...options, classes: rows.classes }, rows),
      revive: (arrays, { width, classes }) => adaptiveForestLearner(width, { ...options, classes }, arrays),
    });
  },
});
