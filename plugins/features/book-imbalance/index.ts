import { defineTickFeature, imbalanceAtLevels, imbalanceWithin, queueImbalance, z } from 'tidegate';

/** Bid less ask size over both: at the best prices, over levels, and near mid. */
export default defineTickFeature({
  name: 'book-imbalance',
  version: '1.0.0',
  doc: 'bid less ask size over both: at the best prices, over levels, and near mid (ticks)',
  options: z.object({
    levels: z.int().min(1).max(10).default(5).describe('levels counted'),
    bps: z.number().positive().default(10).describe('distance from mid counted, basis points'),
  }),
  stream({ levels, bps }) {
    let queue = Number.NaN;
    let deep = Number.NaN;
    let near = Number.NaN;
    return {
      values: {
        get queue() {
          return queue;
        },
        get levels() {
          return deep;
        },
        get near() {
          return near;
        },
      },
      onBook(book) {
        queue = queueImbalance(book);
        deep = imbalanceAtLevels(book, levels);
        near = imbalanceWithin(book, bps);
      },
    };
  },
});
