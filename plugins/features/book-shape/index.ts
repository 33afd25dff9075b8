import { bookShape, defineTickFeature, z } from 'tidegate';

/** How depth builds up away from mid: slope and convexity of each side. */
export default defineTickFeature({
  name: 'book-shape',
  version: '1.0.0',
  doc: 'how depth builds up away from mid: slope and convexity of each side (ticks)',
  options: z.object({
    levels: z.int().min(1).max(10).default(10).describe('levels counted'),
  }),
  stream({ levels }) {
    let bid = { slope: Number.NaN, convexity: Number.NaN };
    let ask = bid;
    return {
      values: {
        get bidSlope() {
          return bid.slope;
        },
        get askSlope() {
          return ask.slope;
        },
        get bidConvexity() {
          return bid.convexity;
        },
        get askConvexity() {
          return ask.convexity;
        },
      },
      onBook(book) {
        bid = bookShape(book, 'bid', levels);
        ask = bookShape(book, 'ask', levels);
      },
    };
  },
});
