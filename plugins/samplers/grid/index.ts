import { definePlugin, gridSampler, z } from 'tidegate';

/** Every combination of values, in an order without pattern. */
export default definePlugin({
  kind: 'sampler',
  name: 'grid',
  version: '1.0.0',
  doc: 'every combination of values, in an order without pattern',
  options: z.object({
    points: z.int().min(2).optional().describe('values of a number; default 10'),
    isShuffled: z.boolean().optional().describe('in an order drawn from the seed; default true'),
  }),
  create: (options) => gridSampler(options),
});
