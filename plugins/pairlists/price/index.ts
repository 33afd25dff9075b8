import { closedCandles, definePlugin, z } from 'tidegate';

/** Pairs by price: coins so cheap that one tick is a large part of it, or so dear that the smallest order is too large, are left out. */
export default definePlugin({
  kind: 'pairlist',
  name: 'price',
  version: '1.0.0',
  doc: 'only pairs whose price, tick and smallest order lie within limits',
  options: z.object({
    min: z.number().min(0).optional().describe('lowest price, in the quote currency'),
    max: z.number().positive().optional().describe('highest price'),
    maxTickRatio: z.number().positive().optional().describe('largest tick, as a fraction of the price'),
    maxSmallestOrder: z.number().positive().optional().describe('largest cost of the smallest order, quote currency'),
    timeframe: z.string().default('1d').describe('the last closed candle of this length gives the price'),
  }),
  create({ timeframe, ...limits }) {
    const no = Number.POSITIVE_INFINITY;
    const { min = 0, max = no, maxTickRatio = no, maxSmallestOrder = no } = limits;
    return {
      name: 'price',
      async pairs(given, context) {
        const kept: string[] = [];
        for (const pair of given) {
          const { length, close } = await closedCandles(context, pair, timeframe, 1);
          if (length === 0) continue;
          const price = close[0]!;
          const { spec } = await context.data.specAt(context.exchange, pair, context.time);
          const smallest = Math.max(spec.minCost, Math.max(spec.minAmount, spec.amountStep) * price);
          if (price >= min && price <= max && spec.priceTick / price <= maxTickRatio && smallest <= maxSmallestOrder)
            kept.push(pair);
        }
        return kept;
      },
    };
  },
});
