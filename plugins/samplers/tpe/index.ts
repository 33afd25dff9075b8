import { definePlugin, tpeSampler, z } from 'tidegate';

/** Tree-structured Parzen estimator: what good trials have in common and bad ones lack. */
export default definePlugin({
  kind: 'sampler',
  name: 'tpe',
  version: '1.0.0',
  doc: 'tree-structured Parzen estimator: what good trials have in common and bad ones lack',
  options: z.object({
    isMultivariate: z.boolean().optional().describe('parameters together; default true'),
    startTrials: z.int().min(1).optional().describe('trials drawn at random first; default 10'),
    candidates: z
      .int()
      .min(1)
      .optional()
      .describe('draws of which the most promising is taken; default 64, or 8 where parameters go one by one'),
  }),
  create: (options) => tpeSampler(options),
});
