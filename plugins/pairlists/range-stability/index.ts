import { closedCandles, definePlugin, z } from 'tidegate';

/** Pairs by the range that their price has covered: (highest high - lowest low) / lowest low. Pegged coins hardly move, others move too much. */
export default definePlugin({
  kind: 'pairlist',
  name: 'range-stability',
  version: '1.0.0',
  doc: 'only pairs whose price range over the last candles lies within limits',
  options: z.object({
    timeframe: z.string().default('1d').describe('candles that the range is measured over'),
    candles: z.int().min(1).max(10_000).default(10).describe('how many of them'),
    min: z.number().min(0).default(0.01).describe('least range, as a fraction of the lowest price'),
    max: z.number().positive().optional().describe('greatest range'),
  }),
  create: ({ timeframe, candles, min, max = Number.POSITIVE_INFINITY }) => ({
    name: 'range-stability',
    async pairs(given, context) {
      const kept: string[] = [];
      for (const pair of given) {
        const { length, high, low } = await closedCandles(context, pair, timeframe, candles);
        if (length < candles) continue;
        let top = Number.NEGATIVE_INFINITY;
        let bottom = Number.POSITIVE_INFINITY;
        for (let i = 0; i < length; i++) {
          top = Math.max(top, high[i]!);
          bottom = Math.min(bottom, low[i]!);
        }
        const range = (top - bottom) / bottom;
        if (range >= min && range <= max) kept.push(pair);
      }
      return kept;
    },
  }),
});
