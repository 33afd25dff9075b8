import { definePlugin, trendScanning, z } from 'tidegate';

/** The direction of the clearest trend that starts at a candle (López de Prado 2020): no fixed horizon, no barrier. */
export default definePlugin({
  kind: 'label',
  name: 'trend-scanning',
  version: '1.0.0',
  doc: 'the direction of the clearest trend ahead, over a range of lengths',
  options: z.object({
    shortest: z.int().min(3).max(10_000).default(5).describe('candles of the shortest trend'),
    longest: z.int().min(4).max(10_000).default(24).describe('candles of the longest trend'),
    leastT: z.number().min(0).default(0).describe('trends with a smaller |t value| are 0: no trend'),
  }),
  create: ({ shortest, longest, leastT }) => ({
    name: 'trend-scanning',
    horizon: Math.max(shortest, longest) - 1,
    classes: 3,
    label({ close }) {
      const { target, tValue } = trendScanning(close, shortest, Math.max(shortest, longest));
      return target.map((y, i) => (Math.abs(tValue[i]!) < leastT ? 0 : y));
    },
  }),
});
