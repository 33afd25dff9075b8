import { definePlugin, z } from 'tidegate';

/** Named pairs; without any, those that come in. */
export default definePlugin({
  kind: 'pairlist',
  name: 'static',
  version: '1.0.0',
  doc: 'the pairs that are named, less those excluded',
  options: z.object({
    pairs: z.array(z.string().min(1)).default([]).describe('pairs to trade; empty: those of the step before'),
    exclude: z.array(z.string().min(1)).default([]).describe('pairs never to trade'),
  }),
  create: ({ pairs, exclude }) => ({
    name: 'static',
    pairs: async (given) => [...new Set(pairs.length > 0 ? pairs : given)].filter((pair) => !exclude.includes(pair)),
  }),
});
