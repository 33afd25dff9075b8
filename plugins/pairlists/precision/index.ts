import { closedCandles, definePlugin, z } from 'tidegate';

/** Drops pairs whose tick is so coarse that a stop cannot be placed where it should be. */
export default definePlugin({
  kind: 'pairlist',
  name: 'precision',
  version: '1.0.0',
  doc: 'no pairs whose price steps are too coarse for the stop',
  options: z.object({
    stoploss: z.number().gt(0).max(1).default(0.05).describe('distance of the stop, as a fraction of the price'),
    maxError: z.number().gt(0).max(1).default(0.05).describe('largest error of that distance by rounding to a tick'),
    timeframe: z.string().default('1d').describe('the last closed candle of this length gives the price'),
  }),
  create: ({ stoploss, maxError, timeframe }) => ({
    name: 'precision',
    async pairs(given, context) {
      const kept: string[] = [];
      for (const pair of given) {
        const { length, close } = await closedCandles(context, pair, timeframe, 1);
        if (length === 0) continue;
        const price = close[0]!;
        const { spec } = await context.data.specAt(context.exchange, pair, context.time);
        // Venues with significant figures have a step that grows with the price.
        const step =
          spec.priceFigures === undefined
            ? spec.priceTick
            : Math.max(spec.priceTick, 10 ** (Math.floor(Math.log10(price)) + 1 - spec.priceFigures));
        if (step / (price * stoploss) <= maxError) kept.push(pair);
      }
      return kept;
    },
  }),
});
