import { definePlugin, z } from 'tidegate';

/** The same stake for every entry. */
export default definePlugin({
  kind: 'sizing',
  name: 'fixed-stake',
  version: '1.0.0',
  doc: 'the same stake for every entry',
  options: z.object({
    stake: z.number().positive().default(100).describe('stake per entry, in stake currency'),
    whenShort: z
      .enum(['shrink', 'skip'])
      .default('shrink')
      .describe('with less free cash than the stake: enter with what is there, or not at all'),
  }),
  create: ({ stake, whenShort }) => ({
    name: 'fixed-stake',
    stake(_intent, { account }) {
      const free = Math.max(0, account.free);
      if (free >= stake) return stake;
      return whenShort === 'shrink' ? free : 0;
    },
  }),
});
