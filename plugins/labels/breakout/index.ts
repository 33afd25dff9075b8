import { breakout, definePlugin, volumeSpikes, z } from 'tidegate';

/** Whether the price leaves a band about the close within some candles, asked at every candle or only after volume spikes. */
export default definePlugin({
  kind: 'label',
  name: 'breakout',
  version: '1.0.0',
  doc: 'a move beyond X % within N candles: up first, down first or neither; also only after volume spikes',
  options: z.object({
    horizon: z.int().min(1).max(100_000).default(12).describe('candles ahead at most'),
    share: z.number().positive().max(10).default(0.01).describe('distance of the band, 0.01 = 1 %'),
    spike: z
      .number()
      .min(0)
      .default(0)
      .describe('only candles with more than this times the mean volume of the candles before have a label; 0: all'),
    period: z.int().min(1).max(100_000).default(20).describe('candles that the mean volume is taken over'),
  }),
  create: ({ horizon, share, spike, period }) => ({
    name: 'breakout',
    horizon,
    classes: 3,
    label({ close, high, low, volume, length }) {
      const { target } = breakout({ close, high, low }, { bars: horizon, share });
      if (spike === 0) return target;
      const sampled = new Float64Array(length).fill(Number.NaN);
      for (const i of volumeSpikes(volume, { bars: period, times: spike })) sampled[i] = target[i]!;
      return sampled;
    },
  }),
});
