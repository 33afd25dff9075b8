import { definePlugin, HarModel, volatilityModule, z } from 'tidegate';

/** HAR (Corsi 2009) of the variance of candle ranges: means over short, middle and long pasts, by least squares. */
export default definePlugin({
  kind: 'volatility',
  name: 'har',
  version: '1.0.0',
  doc: 'heterogeneous autoregression of realised variance (Corsi 2009), of candle ranges',
  options: z.object({
    lags: z.array(z.int().min(1)).min(1).default([1, 24, 168]).describe('candles of each mean'),
  }),
  create: (options) =>
    volatilityModule({
      name: 'har',
      version: 1,
      options,
      readsRanges: true,
      make({ ranges }) {
        const model = new HarModel(ranges, { lags: options.lags });
        return { model, parameters: model.fit.coefficients };
      },
    }),
});
