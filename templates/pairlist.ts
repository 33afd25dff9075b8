import { closedCandles, definePlugin, z } from 'tidegate';

/** Pair list __NAME__: of the pairs before it those that closed above their mean. It sees candles that had closed at the moment that is asked for. */
export default definePlugin({
  kind: 'pairlist',
  name: '__NAME__',
  version: '1.0.0',
  doc: 'only pairs above their mean',
  options: z.object({
    candles: z.int().min(2).default(20).describe('of the mean'),
    timeframe: z.string().default('1h').describe('their length'),
  }),
  create: ({ candles, timeframe }) => ({
    name: '__NAME__',
    async pairs(given, context) {
      const kept: string[] = [];
      for (const pair of given) {
        const { close, length } = await closedCandles(context, pair, timeframe, candles);
        if (length < candles) continue;
        const mean = close.reduce((sum, price) => sum + price, 0) / length;
        if (close[length - 1]! > mean) kept.push(pair);
      }
      return kept;
    },
  }),
});
