import { definePlugin, haltonSampler, z } from 'tidegate';

/** Points of low discrepancy (Halton). */
export default definePlugin({
  kind: 'sampler',
  name: 'halton',
  version: '1.0.0',
  doc: 'points of low discrepancy (Halton)',
  options: z.object({}),
  create: () => haltonSampler(),
});
