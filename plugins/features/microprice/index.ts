import { defineTickFeature, Microprice, z } from 'tidegate';

/** Where the mid is expected to go, given imbalance and spread, learned on the way. */
export default defineTickFeature({
  name: 'microprice',
  version: '1.0.0',
  doc: 'where the mid is expected to go, given imbalance and spread, learned on the way (ticks)',
  options: z.object({
    buckets: z.int().min(2).max(100).default(10).describe('imbalance buckets'),
    maxSpreadTicks: z.int().min(1).max(20).default(4).describe('spreads told apart, ticks'),
    fitMs: z.number().positive().default(10_000).describe('how often it is fitted anew, ms'),
  }),
  stream({ buckets, maxSpreadTicks, fitMs }, host) {
    const microprice = new Microprice({ priceTick: host.priceTick, buckets, maxSpreadTicks });
    let fitAt = Number.NaN;
    let mid = Number.NaN;
    let adjustment = Number.NaN;
    return {
      values: {
        get value() {
          return mid + adjustment;
        },
        get adjustment() {
          return adjustment;
        },
      },
      onBook(book) {
        microprice.observe(book);
        if (Number.isNaN(fitAt)) fitAt = book.time + fitMs;
        if (book.time >= fitAt) {
          microprice.fit();
          fitAt = book.time + fitMs;
        }
        mid = book.bids > 0 && book.asks > 0 ? (book.bidPrice[0]! + book.askPrice[0]!) / 2 : Number.NaN;
        adjustment = microprice.adjustment(book);
      },
    };
  },
});
