import { defineTickFeature, Liquidity, z } from 'tidegate';

/** A sudden fall of displayed depth below its average: cancel quotes, enter nothing. */
export default defineTickFeature({
  name: 'depth-shock',
  version: '1.0.0',
  doc: 'a sudden fall of displayed depth below its average: cancel quotes, enter nothing (ticks)',
  options: z.object({
    levels: z.int().min(1).max(10).default(5).describe('levels of the book'),
    resilienceAlpha: z.number().min(0).max(1).default(0.1).describe('weight of an update in the average depth'),
    threshold: z.number().min(0).max(1).default(0.3).describe('fall that is a shock; 0.2 for thinner pairs'),
  }),
  stream({ levels, resilienceAlpha, threshold }) {
    const liquidity = new Liquidity({ levels, resilienceAlpha, shockThreshold: threshold });
    return {
      values: {
        get isShock() {
          return liquidity.isDepthShock ? 1 : 0;
        },
        get drop() {
          return 1 - (liquidity.bidDepth + liquidity.askDepth) / liquidity.averageDepth;
        },
        get baseline() {
          return liquidity.averageDepth;
        },
      },
      onBook(book) {
        liquidity.update(book);
      },
    };
  },
});
