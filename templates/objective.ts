import { definePlugin, z } from 'tidegate';

/** Objective __NAME__: profit of a trade in the middle, so that a few lucky ones do not decide. Higher is better; NaN: the trial failed. */
export default definePlugin({
  kind: 'objective',
  name: '__NAME__',
  version: '1.0.0',
  doc: 'median profit of a trade',
  options: z.object({ minTrades: z.int().min(1).default(10).describe('fewer closed trades fail the trial') }),
  create: ({ minTrades }) => ({
    name: '__NAME__',
    score({ trades }) {
      if (trades.length < minTrades) return Number.NaN;
      const ratios = trades.map((trade) => trade.profitRatio).sort((a, b) => a - b);
      return ratios[ratios.length >> 1]!;
    },
  }),
});
