import { definePlugin, z } from 'tidegate';

/** Whether the close is higher or lower some candles ahead: 1 up, -1 down, 0 in between; or 1 up, 0 not, with two classes. */
export default definePlugin({
  kind: 'label',
  name: 'direction',
  version: '1.0.0',
  doc: 'whether the close is higher or lower N candles ahead, beyond a threshold',
  options: z.object({
    horizon: z.int().min(1).max(100_000).default(12).describe('candles ahead'),
    threshold: z.number().min(0).max(1).default(0).describe('return that counts as a move, as a fraction'),
    classes: z
      .union([z.literal(2), z.literal(3)])
      .default(3)
      .describe('3: 1 above the threshold, -1 below minus it, else 0; 2: 1 above the threshold, else 0'),
  }),
  create: ({ horizon, threshold, classes }) => ({
    name: 'direction',
    horizon,
    classes,
    label({ close, length }) {
      const out = new Float64Array(length).fill(Number.NaN);
      for (let i = 0; i + horizon < length; i++) {
        const change = close[i + horizon]! / close[i]! - 1;
        if (Number.isNaN(change)) continue;
        out[i] = change > threshold ? 1 : classes === 3 && change < -threshold ? -1 : 0;
      }
      return out;
    },
  }),
});
