import { bookVwap, defineTickFeature, z } from 'tidegate';

/** Mean price of the displayed size of each side, and the gap between them. */
export default defineTickFeature({
  name: 'book-vwap',
  version: '1.0.0',
  doc: 'mean price of the displayed size of each side, and the gap between them (ticks)',
  options: z.object({
    levels: z.int().min(1).max(10).default(5).describe('levels counted'),
  }),
  stream({ levels }) {
    let bid = Number.NaN;
    let ask = Number.NaN;
    return {
      values: {
        get bid() {
          return bid;
        },
        get ask() {
          return ask;
        },
        get gapBps() {
          return ((ask - bid) / ((ask + bid) / 2)) * 10_000;
        },
      },
      onBook(book) {
        bid = bookVwap(book, 'bid', levels);
        ask = bookVwap(book, 'ask', levels);
      },
    };
  },
});
