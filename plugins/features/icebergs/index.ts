import { defineTickFeature, IcebergDetector, z } from 'tidegate';

/** Best prices that refill after they were traded away: hidden size. */
export default defineTickFeature({
  name: 'icebergs',
  version: '1.0.0',
  doc: 'best prices that refill after they were traded away: hidden size (ticks)',
  options: z.object({
    minRefills: z.int().min(1).max(100).default(3).describe('refills that make an iceberg'),
  }),
  stream({ minRefills }) {
    const bid = new IcebergDetector(minRefills);
    const ask = new IcebergDetector(minRefills);
    return {
      values: {
        get bid() {
          return bid.isIceberg ? bid.price : 0;
        },
        get ask() {
          return ask.isIceberg ? ask.price : 0;
        },
      },
      onTrade({ price, size, side }) {
        (side > 0 ? ask : bid).onTrade(price, size);
      },
      onBook(book) {
        if (book.bids > 0) bid.onBest(book.bidPrice[0]!, book.bidSize[0]!);
        if (book.asks > 0) ask.onBest(book.askPrice[0]!, book.askSize[0]!);
      },
    };
  },
});
