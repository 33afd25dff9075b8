import { defineTickFeature, Flicker, z } from 'tidegate';

/** Share of size that leaves the book without trading: near 1, depth may not be real. */
export default defineTickFeature({
  name: 'flicker',
  version: '1.0.0',
  doc: 'share of size that leaves the book without trading: near 1, depth may not be real (ticks)',
  options: z.object({
    levels: z.int().min(1).max(10).default(5).describe('levels watched'),
    windowMs: z.number().positive().default(10_000).describe('memory, ms'),
  }),
  stream({ levels, windowMs }) {
    const bid = new Flicker('bid', { levels, windowMs });
    const ask = new Flicker('ask', { levels, windowMs });
    return {
      values: {
        get bid() {
          return bid.score;
        },
        get ask() {
          return ask.score;
        },
      },
      onTrade({ size, side }) {
        (side > 0 ? ask : bid).onTrade(size);
      },
      onBook(book) {
        bid.update(book);
        ask.update(book);
      },
    };
  },
});
