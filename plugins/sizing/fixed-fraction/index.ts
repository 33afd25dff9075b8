import { definePlugin, z } from 'tidegate';

/** A constant fraction of the account for every entry, so that stakes grow and shrink with it. */
export default definePlugin({
  kind: 'sizing',
  name: 'fixed-fraction',
  version: '1.0.0',
  doc: 'a constant fraction of equity (or of free cash) for every entry',
  options: z.object({
    fraction: z.number().gt(0).max(1).default(0.1).describe('fraction of the account per entry, 1 = all of it'),
    of: z.enum(['equity', 'free']).default('equity').describe('what it is a fraction of'),
  }),
  create: ({ fraction, of }) => ({
    name: 'fixed-fraction',
    stake: (_intent, { account }) => Math.max(0, Math.min(fraction * account[of], account.free)),
  }),
});
