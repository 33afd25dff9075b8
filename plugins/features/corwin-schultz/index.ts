import { CorwinSchultz, defineTickFeature, z } from 'tidegate';

/** Spread estimated from highs and lows of neighbouring bars of the mid. */
export default defineTickFeature({
  name: 'corwin-schultz',
  version: '1.0.0',
  doc: 'spread estimated from highs and lows of neighbouring bars of the mid (ticks)',
  options: z.object({
    barMs: z.number().positive().default(60_000).describe('length of a bar, ms'),
    window: z.int().min(2).max(100000).default(20).describe('bars'),
  }),
  stream({ barMs, window }) {
    const estimator = new CorwinSchultz(window);
    let end = Number.NaN;
    let high = Number.NaN;
    let low = Number.NaN;
    return {
      values: {
        get value() {
          return estimator.value;
        },
      },
      onTrade({ time, price }) {
        if (Number.isNaN(end)) end = Math.floor(time / barMs + 1) * barMs;
        if (time >= end) {
          estimator.add(high, low);
          high = Number.NaN;
          low = Number.NaN;
          end = Math.floor(time / barMs + 1) * barMs;
        }
        if (!(price <= high)) high = price;
        if (!(price >= low)) low = price;
      },
    };
  },
});
