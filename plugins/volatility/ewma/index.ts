import { definePlugin, EwmaModel, volatilityModule, z } from 'tidegate';

/** Exponentially weighted variance of returns or ranges (RiskMetrics 1996), flat over the horizon. */
export default definePlugin({
  kind: 'volatility',
  name: 'ewma',
  version: '1.0.0',
  doc: 'exponentially weighted variance (RiskMetrics 1996)',
  options: z.object({
    decay: z.number().gt(0).lt(1).default(0.94).describe('weight of the past against the last candle'),
    of: z
      .enum(['returns', 'ranges'])
      .default('returns')
      .describe('squared returns, or the variance of high-low ranges'),
  }),
  create(options) {
    const readsRanges = options.of === 'ranges';
    return volatilityModule({
      name: 'ewma',
      version: 1,
      options,
      readsRanges,
      make: ({ returns, ranges }) => ({
        model: new EwmaModel(readsRanges ? ranges.map(Math.sqrt) : returns, options.decay),
        parameters: new Float64Array(0),
      }),
    });
  },
});
