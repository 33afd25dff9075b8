import { definePlugin, nsga3Sampler, z } from 'tidegate';

/** Evolution for three objectives or more (NSGA-III). */
export default definePlugin({
  kind: 'sampler',
  name: 'nsga3',
  version: '1.0.0',
  doc: 'evolution for three objectives or more (NSGA-III)',
  options: z.object({
    populationSize: z.int().min(4).optional().describe('default 50'),
    crossoverRate: z.number().min(0).max(1).optional().describe('children of two parents; default 0.9'),
    mutationRate: z.number().min(0).max(1).optional().describe('of a parameter; default one over their number'),
    divisions: z.int().min(1).optional().describe('of each axis for the reference points; default 3'),
  }),
  create: (options) => nsga3Sampler(options),
});
