import { definePlugin, orderLadder, z } from 'tidegate';

/** Averaging into a move: limit orders at growing distances, each larger than the one before, all resting at once. */
export default definePlugin({
  kind: 'execution',
  name: 'dca-ladder',
  version: '1.0.0',
  doc: 'limit orders that grow with their distance, all at once',
  options: z.object({
    orders: z.int().min(1).max(50).default(4).describe('how many'),
    stepBps: z.number().positive().max(2000).default(50).describe('distance of the first, basis points'),
    stepFactor: z.number().min(1).max(5).default(1.5).describe('how much wider each next step is'),
    sizeFactor: z.number().min(0.2).max(5).default(1.5).describe('how much larger each next order is'),
    timeoutMinutes: z
      .number()
      .positive()
      .max(14_400)
      .default(1440)
      .describe('how long they rest; what is unfilled is given up'),
  }),
  create: ({ orders, stepBps, stepFactor, sizeFactor, timeoutMinutes }) =>
    orderLadder('dca-ladder', {
      orders,
      distanceBps: (rung) =>
        stepBps * (stepFactor === 1 ? rung + 1 : (stepFactor ** (rung + 1) - 1) / (stepFactor - 1)),
      weight: (rung) => sizeFactor ** rung,
      patienceMs: timeoutMinutes * 60_000,
    }),
});
