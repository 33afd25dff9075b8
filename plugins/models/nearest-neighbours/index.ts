import { definePlugin, neighbours, trainNeighbours, vectorModule, z } from 'tidegate';

/** k nearest neighbours among the latest rows, by Euclidean distance of scaled features. */
export default definePlugin({
  kind: 'model',
  name: 'nearest-neighbours',
  version: '1.0.0',
  doc: 'what followed the most similar past rows (k nearest neighbours)',
  options: z.object({
    neighbours: z.int().min(1).max(10_000).default(50).describe('rows that are asked'),
    weighting: z.enum(['uniform', 'distance']).default('uniform').describe('distance: nearer rows count more'),
    rows: z
      .int()
      .min(10)
      .max(1_000_000)
      .default(20_000)
      .describe('latest rows that are kept; each prediction looks at all'),
    task: z
      .enum(['auto', 'classification', 'regression'])
      .default('auto')
      .describe('auto: up to three whole labels are classes'),
  }),
  create(options) {
    return vectorModule({
      name: 'nearest-neighbours',
      version: 1,
      task: options.task,
      options,
      weighsFeatures: true,
      train: (rows) => trainNeighbours(rows, options),
      revive: (arrays, { width }) => neighbours(arrays, width, options),
    });
  },
});
