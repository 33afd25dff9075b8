import { definePlugin, z } from 'tidegate';

/** A part of the list: for several bots that share one. */
export default definePlugin({
  kind: 'pairlist',
  name: 'offset',
  version: '1.0.0',
  doc: 'the pairs from a place in the list on',
  options: z.object({
    offset: z.int().min(0).default(0).describe('pairs to pass over'),
    count: z.int().min(1).optional().describe('pairs to keep; all the others when absent'),
  }),
  create: ({ offset, count = Number.POSITIVE_INFINITY }) => ({
    name: 'offset',
    pairs: async (given) => given.slice(offset, offset + count),
  }),
});
