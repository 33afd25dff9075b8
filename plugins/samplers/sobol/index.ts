import { definePlugin, sobolSampler, z } from 'tidegate';

/** Points of low discrepancy (Sobol). */
export default definePlugin({
  kind: 'sampler',
  name: 'sobol',
  version: '1.0.0',
  doc: 'points of low discrepancy (Sobol)',
  options: z.object({}),
  create: () => sobolSampler(),
});
