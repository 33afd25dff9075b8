import { definePlugin, z } from 'tidegate';

/** Regime __NAME__: calm while candles are shorter than they are on average, else wild. Candle i is told by itself and what came before. */
export default definePlugin({
  kind: 'regime',
  name: '__NAME__',
  version: '1.0.0',
  doc: 'calm or wild, by the range of candles against their mean',
  options: z.object({ period: z.int().min(2).default(96).describe('candles of the mean') }),
  create: ({ period }) => ({
    name: '__NAME__',
    states: ['calm', 'wild'],
    advance({ high, low, close, length }) {
      const state = new Float64Array(length).fill(Number.NaN);
      const calm = new Float64Array(length).fill(Number.NaN);
      const wild = new Float64Array(length).fill(Number.NaN);
      let now = 0;
      let mean = 0;
      for (let i = 0; i < length; i++) {
        const range = (high[i]! - low[i]!) / close[i]!;
        now += (range - now) / Math.min(i + 1, Math.ceil(period / 8));
        mean += (range - mean) / Math.min(i + 1, period);
        if (i < period) continue;
        wild[i] = now + mean > 0 ? now / (now + mean) : 0.5;
        calm[i] = 1 - wild[i]!;
        state[i] = wild[i]! > 0.5 ? 1 : 0;
      }
      return { state, probabilities: [calm, wild] };
    },
  }),
});
