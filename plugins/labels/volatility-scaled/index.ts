import { definePlugin, historicalVolatility, runFeature, z } from 'tidegate';

/** The log return over some candles ahead in units of the deviation expected for that span, so that calm and wild times weigh the same. */
export default definePlugin({
  kind: 'label',
  name: 'volatility-scaled',
  version: '1.0.0',
  doc: 'the log return over the next N candles, divided by the volatility known at its start',
  options: z.object({
    horizon: z.int().min(1).max(100_000).default(12).describe('candles ahead'),
    period: z.int().min(2).max(100_000).default(50).describe('past candles that the volatility is taken over'),
    clip: z.number().positive().default(10).describe('largest label, up or down, in deviations'),
  }),
  create: ({ horizon, period, clip }) => ({
    name: 'volatility-scaled',
    horizon,
    classes: 0,
    label({ close, length }) {
      const out = new Float64Array(length).fill(Number.NaN);
      const [volatility] = runFeature(historicalVolatility.definition, { period }, [close]);
      const root = Math.sqrt(horizon);
      for (let i = 0; i + horizon < length; i++) {
        const scale = volatility![i]! * root;
        // Where nothing moved there is no unit to measure in.
        if (!(scale > 0)) continue;
        out[i] = Math.max(-clip, Math.min(clip, Math.log(close[i + horizon]! / close[i]!) / scale));
      }
      return out;
    },
  }),
});
