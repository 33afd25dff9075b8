import { barrierLabels, definePlugin, historicalVolatility, runFeature, z } from 'tidegate';

/** Which is reached first: a profit, a loss, or the end of the time allowed. */
export default definePlugin({
  kind: 'label',
  name: 'triple-barrier',
  version: '1.0.0',
  doc: 'which comes first: a rise or a fall by some volatilities, or the end of N candles',
  options: z.object({
    horizon: z.int().min(1).max(100_000).default(12).describe('candles ahead at most'),
    up: z.number().positive().default(1.5).describe('distance of the upper barrier, in volatilities of one candle'),
    down: z.number().positive().default(1).describe('distance of the lower barrier, in volatilities of one candle'),
    period: z.int().min(2).max(100_000).default(20).describe('past candles that the volatility is taken over'),
    touch: z
      .enum(['close', 'high-low'])
      .default('high-low')
      .describe('what touches a barrier: closes, or highs and lows'),
  }),
  create: ({ horizon, up, down, period, touch }) => ({
    name: 'triple-barrier',
    horizon,
    classes: 3,
    label({ close, high, low, length }) {
      const [volatility] = runFeature(historicalVolatility.definition, { period }, [close]);
      const prices = { close, volatility: volatility!, ...(touch === 'high-low' && { high, low }) };
      const every = Int32Array.from({ length }, (_, i) => i);
      return barrierLabels(prices, every, { profit: up, stop: down, horizon }).label;
    },
  }),
});
