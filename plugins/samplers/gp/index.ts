import { definePlugin, gaussianProcessSampler, z } from 'tidegate';

/** Gaussian process with expected improvement: few costly trials. */
export default definePlugin({
  kind: 'sampler',
  name: 'gp',
  version: '1.0.0',
  doc: 'Gaussian process with expected improvement: few costly trials',
  options: z.object({
    startTrials: z.int().min(1).optional().describe('evenly spread trials first; default 10'),
    maxTrials: z.int().min(2).optional().describe('most outcomes that the model takes in; default 200'),
  }),
  create: (options) => gaussianProcessSampler(options),
});
