import { definePlugin, z } from 'tidegate';

/**
 * Orders pairs by what own trades in them have earned. Pairs without trades stand between winners and losers, in the order in which they came.
 */
export default definePlugin({
  kind: 'pairlist',
  name: 'performance',
  version: '1.0.0',
  doc: 'the pairs ordered by what own trades in them have earned',
  options: z.object({
    minutes: z.number().positive().optional().describe('only trades that closed so recently; all when absent'),
    minProfit: z.number().optional().describe('drops pairs whose trades sum to a smaller profit ratio'),
  }),
  create: ({ minutes = Number.POSITIVE_INFINITY, minProfit = Number.NEGATIVE_INFINITY }) => ({
    name: 'performance',
    readsTrades: true,
    async pairs(given, { trades, time }) {
      const sums = new Map<string, number>();
      for (let k = 0; trades !== null && k < trades.count && trades.closeTime(k) > time - minutes * 60_000; k++)
        sums.set(trades.pair(k), (sums.get(trades.pair(k)) ?? 0) + trades.profitRatio(k));
      const profit = (pair: string) => sums.get(pair) ?? 0;
      return given.filter((pair) => profit(pair) >= minProfit).sort((a, b) => profit(b) - profit(a));
    },
  }),
});
