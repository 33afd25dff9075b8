import { definePlugin, orderLadder, z } from 'tidegate';

/** A grid: equal limit orders at equal distances from the decision price, all resting at once. */
export default definePlugin({
  kind: 'execution',
  name: 'grid',
  version: '1.0.0',
  doc: 'equal limit orders at equal distances, all at once',
  options: z.object({
    orders: z.int().min(1).max(200).default(5).describe('how many'),
    stepBps: z.number().positive().max(400).default(10).describe('distance between them, basis points'),
    firstBps: z.number().min(0).max(1000).default(0).describe('distance of the first from the decision price'),
    timeoutMinutes: z
      .number()
      .positive()
      .max(14_400)
      .default(1440)
      .describe('how long they rest; what is unfilled is given up'),
  }),
  create: ({ orders, stepBps, firstBps, timeoutMinutes }) =>
    orderLadder('grid', {
      orders,
      distanceBps: (rung) => firstBps + rung * stepBps,
      weight: () => 1,
      patienceMs: timeoutMinutes * 60_000,
    }),
});
