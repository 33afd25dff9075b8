import { closedCandles, definePlugin, z } from 'tidegate';

/** Pairs by how much their price has changed over the last candles. */
export default definePlugin({
  kind: 'pairlist',
  name: 'percent-change',
  version: '1.0.0',
  doc: 'the pairs whose price has changed most over the last candles, or within limits',
  options: z.object({
    count: z.int().min(1).max(10_000).default(20).describe('pairs to keep'),
    timeframe: z.string().default('1d').describe('candles that the change is measured over'),
    candles: z.int().min(1).max(10_000).default(1).describe('how many of them'),
    min: z.number().optional().describe('least change, as a fraction: 0.05 = up by 5 %'),
    max: z.number().optional().describe('greatest change'),
    order: z.enum(['falling', 'rising']).default('falling').describe('greatest change first, or last'),
  }),
  create: ({ count, timeframe, candles, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, order }) => ({
    name: 'percent-change',
    async pairs(given, context) {
      const ranked: { readonly pair: string; readonly change: number }[] = [];
      for (const pair of given) {
        const { length, close } = await closedCandles(context, pair, timeframe, candles + 1);
        if (length <= candles) continue;
        const change = close[length - 1]! / close[0]! - 1;
        if (change >= min && change <= max) ranked.push({ pair, change });
      }
      const sign = order === 'falling' ? 1 : -1;
      ranked.sort((a, b) => sign * (b.change - a.change) || (a.pair < b.pair ? -1 : 1));
      return ranked.slice(0, count).map((row) => row.pair);
    },
  }),
});
