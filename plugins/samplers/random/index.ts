import { definePlugin, randomSampler, z } from 'tidegate';

/** Random points. */
export default definePlugin({
  kind: 'sampler',
  name: 'random',
  version: '1.0.0',
  doc: 'random points',
  options: z.object({}),
  create: () => randomSampler(),
});
