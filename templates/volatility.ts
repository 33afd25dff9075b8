import { definePlugin, volatilityModule, z } from 'tidegate';

/** Volatility __NAME__: the mean of the last squared returns, the same for all candles to come. Returns are in percent. */
export default definePlugin({
  kind: 'volatility',
  name: '__NAME__',
  version: '1.0.0',
  doc: 'mean of the last squared returns',
  options: z.object({ period: z.int().min(2).default(100).describe('candles') }),
  create: (options) =>
    volatilityModule({
      name: '__NAME__',
      version: 1,
      options,
      readsRanges: false,
      make({ returns }) {
        const squares = Array.from(returns.subarray(-options.period), (r) => r * r);
        return {
          // What was fitted beside the returns, which are kept anyway: nothing.
          parameters: new Float64Array(0),
          model: {
            name: '__NAME__',
            forecast: (horizon) => ({
              variance: new Float64Array(horizon).fill(squares.reduce((a, b) => a + b, 0) / squares.length),
            }),
            update(candle) {
              squares.push(candle.return ** 2);
              if (squares.length > options.period) squares.shift();
            },
          },
        };
      },
    }),
});
