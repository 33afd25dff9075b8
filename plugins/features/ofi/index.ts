import { defineTickFeature, OrderFlowImbalance, z } from 'tidegate';

/** Order flow imbalance of the book over several levels, raw and as a z-score. */
export default defineTickFeature({
  name: 'ofi',
  version: '1.0.0',
  doc: 'order flow imbalance of the book over several levels, raw and as a z-score (ticks)',
  options: z.object({
    levels: z.int().min(1).max(10).default(5).describe('levels of the book; deeper ones are noise'),
    window: z.int().min(2).max(100000).default(100).describe('book updates that the z-score looks back on'),
  }),
  stream({ levels, window }) {
    const ofi = new OrderFlowImbalance({ levels, window });
    return {
      values: {
        get value() {
          return ofi.raw;
        },
        get z() {
          return ofi.z;
        },
        get isReady() {
          return ofi.isReady ? 1 : 0;
        },
      },
      onBook(book) {
        ofi.update(book);
      },
      onGap() {
        ofi.forgetBook();
      },
    };
  },
});
