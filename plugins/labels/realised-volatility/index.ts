import { definePlugin, forwardVolatility, z } from 'tidegate';

/** How much the market moves over the candles ahead: the root of the sum of squared log returns. For models of volatility. */
export default definePlugin({
  kind: 'label',
  name: 'realised-volatility',
  version: '1.0.0',
  doc: 'the realised volatility of the next N candles',
  options: z.object({
    horizon: z.int().min(1).max(100_000).default(12).describe('candles ahead'),
  }),
  create: ({ horizon }) => ({
    name: 'realised-volatility',
    horizon,
    classes: 0,
    label: ({ close }) => forwardVolatility(close, horizon).target,
  }),
});
