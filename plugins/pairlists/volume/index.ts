import { closedCandles, definePlugin, z } from 'tidegate';

/** The pairs with the most traded value over the last candles, most first. Only candles that had closed by then count. */
export default definePlugin({
  kind: 'pairlist',
  name: 'volume',
  version: '1.0.0',
  doc: 'the pairs with the most traded value over the last candles',
  options: z.object({
    count: z.int().min(1).max(10_000).default(20).describe('pairs to keep'),
    timeframe: z.string().default('1d').describe('candles that volume is summed over'),
    candles: z.int().min(1).max(10_000).default(7).describe('how many of them'),
    minValue: z.number().min(0).default(0).describe('traded value below which a pair is left out, quote currency'),
  }),
  create: ({ count, timeframe, candles, minValue }) => ({
    name: 'volume',
    async pairs(given, context) {
      const ranked: { readonly pair: string; readonly value: number }[] = [];
      for (const pair of given) {
        const table = await closedCandles(context, pair, timeframe, candles);
        let value = 0;
        for (let i = 0; i < table.length; i++) value += table.volume[i]! * table.close[i]!;
        if (table.length > 0 && value >= minValue) ranked.push({ pair, value });
      }
      ranked.sort((a, b) => b.value - a.value || (a.pair < b.pair ? -1 : 1));
      return ranked.slice(0, count).map((row) => row.pair);
    },
  }),
});
