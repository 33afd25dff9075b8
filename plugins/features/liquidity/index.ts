import { defineTickFeature, Liquidity, z } from 'tidegate';

/** Spread, depth, its imbalance and resilience of the displayed book. */
export default defineTickFeature({
  name: 'liquidity',
  version: '1.0.0',
  doc: 'spread, depth, its imbalance and resilience of the displayed book (ticks)',
  options: z.object({
    levels: z.int().min(1).max(10).default(5).describe('levels of the book'),
    resilienceAlpha: z.number().min(0).max(1).default(0.1).describe('weight of an update in the average depth'),
  }),
  stream({ levels, resilienceAlpha }) {
    const liquidity = new Liquidity({ levels, resilienceAlpha });
    return {
      values: {
        get spread() {
          return liquidity.effectiveSpread;
        },
        get depthImbalance() {
          return liquidity.depthImbalance;
        },
        get weightedBid() {
          return liquidity.weightedBidDepth;
        },
        get weightedAsk() {
          return liquidity.weightedAskDepth;
        },
        get resilience() {
          return liquidity.resilience;
        },
      },
      onBook(book) {
        liquidity.update(book);
      },
    };
  },
});
