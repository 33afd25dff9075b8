import { definePlugin, nsga2Sampler, z } from 'tidegate';

/** Evolution for several objectives (NSGA-II). */
export default definePlugin({
  kind: 'sampler',
  name: 'nsga2',
  version: '1.0.0',
  doc: 'evolution for several objectives (NSGA-II)',
  options: z.object({
    populationSize: z.int().min(4).optional().describe('default 50'),
    crossoverRate: z.number().min(0).max(1).optional().describe('children of two parents; default 0.9'),
    mutationRate: z.number().min(0).max(1).optional().describe('of a parameter; default one over their number'),
  }),
  create: (options) => nsga2Sampler(options),
});
