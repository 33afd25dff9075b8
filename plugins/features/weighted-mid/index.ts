import { defineTickFeature, weightedMid, z } from 'tidegate';

/** Mid weighted by the sizes at the best prices. */
export default defineTickFeature({
  name: 'weighted-mid',
  version: '1.0.0',
  doc: 'mid weighted by the sizes at the best prices (ticks)',
  options: z.object({}),
  stream() {
    let value = Number.NaN;
    let middle = Number.NaN;
    return {
      values: {
        get value() {
          return value;
        },
        get mid() {
          return middle;
        },
      },
      onBook(book) {
        value = weightedMid(book);
        middle = book.bids > 0 && book.asks > 0 ? (book.bidPrice[0]! + book.askPrice[0]!) / 2 : Number.NaN;
      },
    };
  },
});
