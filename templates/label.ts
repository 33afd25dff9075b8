import { definePlugin, z } from 'tidegate';

/** Label __NAME__: 1 where the highest price of the next candles is far enough above the close, else 0. */
export default definePlugin({
  kind: 'label',
  name: '__NAME__',
  version: '1.0.0',
  doc: 'whether price rises far enough within the next candles',
  options: z.object({
    horizon: z.int().min(1).default(12).describe('candles ahead: all that it may look'),
    rise: z.number().min(0).default(0.01).describe('as a fraction of the close'),
  }),
  create: ({ horizon, rise }) => ({
    name: '__NAME__',
    horizon,
    classes: 2,
    label({ close, high, length }) {
      const out = new Float64Array(length).fill(Number.NaN);
      for (let i = 0; i + horizon < length; i++) {
        let top = high[i + 1]!;
        for (let k = 2; k <= horizon; k++) top = Math.max(top, high[i + k]!);
        out[i] = top > close[i]! * (1 + rise) ? 1 : 0;
      }
      return out;
    },
  }),
});
