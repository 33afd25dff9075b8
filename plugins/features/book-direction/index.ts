import { defineTickFeature, LobFeatures, lstmFallback, z } from 'tidegate';

/** Direction that the book vector gives without a trained network: tanh of its mean, 0 until it is normalised. */
export default defineTickFeature({
  name: 'book-direction',
  version: '1.0.0',
  doc: 'direction that the book vector gives without a trained network: tanh of its mean, 0 until it is normalised (ticks)',
  options: z.object({
    window: z.int().min(2).max(100000).default(100).describe('snapshots that the z-scores look back on'),
  }),
  stream({ window }) {
    const lob = new LobFeatures({ window });
    const out = new Float64Array(lob.size);
    let now = 0;
    return {
      values: {
        get direction() {
          return lob.isReady && lob.read(now, out) ? lstmFallback(out) : 0;
        },
        get isReady() {
          return lob.isReady ? 1 : 0;
        },
      },
      onTime(time) {
        now = time;
      },
      onBook(book) {
        lob.update(book);
        now = book.time;
      },
    };
  },
});
