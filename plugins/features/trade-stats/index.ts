import { defineTickFeature, TradeStats, z } from 'tidegate';

/** Sizes and arrival of trades: mean, deviation, share of large ones, rate, clustering. */
export default defineTickFeature({
  name: 'trade-stats',
  version: '1.0.0',
  doc: 'sizes and arrival of trades: mean, deviation, share of large ones, rate, clustering (ticks)',
  options: z.object({
    window: z.int().min(2).max(100000).default(500).describe('trades'),
    largeFactor: z.number().positive().default(5).describe('multiple of the mean that is large'),
  }),
  stream({ window, largeFactor }) {
    const stats = new TradeStats({ window, largeFactor });
    return {
      values: {
        get meanSize() {
          return stats.meanSize;
        },
        get sizeDeviation() {
          return stats.sizeDeviation;
        },
        get largeShare() {
          return stats.largeShare;
        },
        get perSecond() {
          return stats.perSecond;
        },
        get clustering() {
          return stats.clustering;
        },
      },
      onTrade({ time, size }) {
        stats.add(time, size);
      },
    };
  },
});
