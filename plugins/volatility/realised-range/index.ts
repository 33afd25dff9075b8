import { definePlugin, RangeAverage, volatilityModule, z } from 'tidegate';

/** The mean variance of the last candle ranges, flat over the horizon. */
export default definePlugin({
  kind: 'volatility',
  name: 'realised-range',
  version: '1.0.0',
  doc: 'mean variance of the last candle ranges (Christensen and Podolskij 2007)',
  options: z.object({ period: z.int().min(1).max(100_000).default(24).describe('candles of the mean') }),
  create: (options) =>
    volatilityModule({
      name: 'realised-range',
      version: 1,
      options,
      readsRanges: true,
      make: ({ ranges }) => ({ model: new RangeAverage(ranges, options.period), parameters: new Float64Array(0) }),
    }),
});
