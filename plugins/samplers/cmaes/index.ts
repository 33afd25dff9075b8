import { cmaEsSampler, definePlugin, z } from 'tidegate';

/** Covariance matrix adaptation: numbers that interact, several hundred trials. */
export default definePlugin({
  kind: 'sampler',
  name: 'cmaes',
  version: '1.0.0',
  doc: 'covariance matrix adaptation: numbers that interact, several hundred trials',
  options: z.object({
    populationSize: z.int().min(4).optional().describe('default 4 + 2 ln n, doubled at each restart'),
    sigma: z.number().positive().max(1).optional().describe('first step, as a share of each range; default 1/6'),
  }),
  create: (options) => cmaEsSampler(options),
});
