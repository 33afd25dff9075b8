import { defineTickFeature, LobFeatures, z } from 'tidegate';

/** The 21 normalised numbers of the book that a model reads; zeros once the book is stale. */
export default defineTickFeature({
  name: 'book-vector',
  version: '1.0.0',
  doc: 'the 21 normalised numbers of the book that a model reads; zeros once the book is stale (ticks)',
  options: z.object({
    window: z.int().min(2).max(100000).default(100).describe('snapshots that the z-scores look back on'),
    maxAgeMs: z.number().positive().default(10_000).describe('age at which the book counts as stale, ms'),
  }),
  stream({ window, maxAgeMs }) {
    const lob = new LobFeatures({ window, maxAgeMs });
    const out = new Float64Array(lob.size);
    let now = 0;
    const at = (i: number) => {
      lob.read(now, out);
      return out[i]!;
    };
    return {
      values: {
        get bid0() {
          return at(0);
        },
        get bid1() {
          return at(1);
        },
        get bid2() {
          return at(2);
        },
        get bid3() {
          return at(3);
        },
        get bid4() {
          return at(4);
        },
        get ask0() {
          return at(5);
        },
        get ask1() {
          return at(6);
        },
        get ask2() {
          return at(7);
        },
        get ask3() {
          return at(8);
        },
        get ask4() {
          return at(9);
        },
        get imbalance0() {
          return at(10);
        },
        get imbalance1() {
          return at(11);
        },
        get imbalance2() {
          return at(12);
        },
        get imbalance3() {
          return at(13);
        },
        get imbalance4() {
          return at(14);
        },
        get spread() {
          return at(15);
        },
        get rsi() {
          return at(16);
        },
        get ema12() {
          return at(17);
        },
        get ema26() {
          return at(18);
        },
        get atr() {
          return at(19);
        },
        get bollingerWidth() {
          return at(20);
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
