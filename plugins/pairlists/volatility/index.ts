import { closedCandles, definePlugin, z } from 'tidegate';

/** Pairs by volatility: the sample standard deviation of log returns per candle. */
export default definePlugin({
  kind: 'pairlist',
  name: 'volatility',
  version: '1.0.0',
  doc: 'only pairs whose volatility lies within limits, ordered by it if asked for',
  options: z.object({
    timeframe: z.string().default('1d').describe('candles that volatility is measured over'),
    candles: z.int().min(3).max(10_000).default(10).describe('how many of them'),
    min: z.number().min(0).default(0).describe('least standard deviation of log returns per candle: 0.02 = 2 %'),
    max: z.number().positive().optional().describe('greatest'),
    order: z.enum(['falling', 'rising', 'keep']).default('keep').describe('most volatile first, last, or as they came'),
  }),
  create: ({ timeframe, candles, min, max = Number.POSITIVE_INFINITY, order }) => ({
    name: 'volatility',
    async pairs(given, context) {
      const kept: { readonly pair: string; readonly deviation: number }[] = [];
      for (const pair of given) {
        const { length, close } = await closedCandles(context, pair, timeframe, candles);
        if (length < candles) continue;
        const deviation = deviationOfReturns(close);
        if (deviation >= min && deviation <= max) kept.push({ pair, deviation });
      }
      if (order !== 'keep') kept.sort((a, b) => (order === 'falling' ? 1 : -1) * (b.deviation - a.deviation));
      return kept.map((row) => row.pair);
    },
  }),
});

function deviationOfReturns(close: Float64Array): number {
  const returns = Array.from({ length: close.length - 1 }, (_, i) => Math.log(close[i + 1]! / close[i]!));
  const mean = returns.reduce((sum, x) => sum + x, 0) / returns.length;
  return Math.sqrt(returns.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (returns.length - 1));
}
