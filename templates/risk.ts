import { definePlugin, z } from 'tidegate';

/** Risk module __NAME__: no new position in the given hours (UTC). */
export default definePlugin({
  kind: 'risk',
  name: '__NAME__',
  version: '1.0.0',
  doc: 'no entries in the given hours',
  options: z.object({ hours: z.array(z.int().min(0).max(23)).default([0]).describe('hours of the day, UTC') }),
  create: ({ hours }) => ({
    name: '__NAME__',
    review: (intent) =>
      hours.includes(new Date(intent.time).getUTCHours())
        ? { verdict: 'deny', reason: '__NAME__' }
        : { verdict: 'allow' },
  }),
});
