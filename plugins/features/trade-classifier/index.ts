import { defineTickFeature, TradeClassifier, z } from 'tidegate';

/** Who took: buyer or seller, by the aggressor flag, the quote rule or the tick rule, and how reliably. */
export default defineTickFeature({
  name: 'trade-classifier',
  version: '1.0.0',
  doc: 'who took: buyer or seller, by the aggressor flag, the quote rule or the tick rule, and how reliably (ticks)',
  options: z.object({
    mode: z
      .enum(['aggressor', 'leeReady', 'tick'])
      .default('aggressor')
      .describe('aggressor where the feed has it; leeReady and tick leave it aside'),
    window: z.int().min(2).max(100000).default(1000).describe('trades that the share of guesses looks back on'),
    maxFallbackShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.4)
      .describe('share of guesses above which flow features are worthless'),
  }),
  stream({ mode, window, maxFallbackShare }) {
    const classifier = new TradeClassifier({ mode, window, maxFallbackShare });
    let last = 0;
    return {
      values: {
        get fallbackShare() {
          return classifier.fallbackShare;
        },
        get isReliable() {
          return classifier.isUnreliable ? 0 : 1;
        },
        get lastSide() {
          return last;
        },
      },
      onTrade({ price, side }) {
        last = classifier.classify(price, mode === 'aggressor' ? side : 0);
      },
      onBook(book) {
        classifier.quote(book.bids > 0 ? book.bidPrice[0]! : 0, book.asks > 0 ? book.askPrice[0]! : 0);
      },
    };
  },
});
