import { definePlugin, drawAt, z } from 'tidegate';

/** The pairs in an order drawn anew each period, so that no pair is favoured for its place in a list. */
export default definePlugin({
  kind: 'pairlist',
  name: 'shuffle',
  version: '1.0.0',
  doc: 'the same pairs in a random order, drawn from a seed and the period',
  options: z.object({
    seed: z.int().default(1).describe('same seed, same orders'),
    everyHours: z.number().positive().default(24).describe('how often the order is drawn anew'),
  }),
  create: ({ seed, everyHours }) => ({
    name: 'shuffle',
    async pairs(given, { time }) {
      const period = Math.floor(time / (everyHours * 3_600_000));
      const draws = new Map(given.map((pair) => [pair, drawAt(seed, 'shuffle', period, pair)]));
      return [...given].sort((a, b) => draws.get(a)! - draws.get(b)! || (a < b ? -1 : 1));
    },
  }),
});
