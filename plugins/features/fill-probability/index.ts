import { defineTickFeature, fillProbability, z } from 'tidegate';

/** Chance that an order at the back of the best price is filled in time. */
export default defineTickFeature({
  name: 'fill-probability',
  version: '1.0.0',
  doc: 'chance that an order at the back of the best price is filled in time (ticks)',
  options: z.object({
    horizonMs: z.number().positive().default(10_000).describe('time that it is given, ms'),
    size: z.number().min(0).default(0).describe('base units of the order; the queue ahead counts in any case'),
    windowMs: z.number().positive().default(60_000).describe('memory of traded volume, ms'),
  }),
  stream({ horizonMs, size, windowMs }) {
    // Exponentially forgotten volume and count per side of the book: buyers take asks.
    const volume = [0, 0];
    const count = [0, 0];
    let last = Number.NaN;
    let book: readonly [number, number] = [Number.NaN, Number.NaN];
    const chance = (side: 0 | 1) =>
      fillProbability({
        ahead: book[side],
        size,
        volumePerMs: volume[side]! / windowMs,
        meanTradeSize: count[side]! > 0 ? volume[side]! / count[side]! : 0,
        horizonMs,
      });
    return {
      values: {
        get bid() {
          return chance(0);
        },
        get ask() {
          return chance(1);
        },
      },
      onTime(time) {
        const keep = Number.isNaN(last) ? 1 : Math.exp((last - time) / windowMs);
        last = time;
        for (const side of [0, 1]) {
          volume[side]! *= keep;
          count[side]! *= keep;
        }
      },
      onTrade({ size: traded, side }) {
        const at = side > 0 ? 1 : 0;
        volume[at]! += traded;
        count[at]!++;
      },
      onBook(top) {
        book = [top.bids > 0 ? top.bidSize[0]! : Number.NaN, top.asks > 0 ? top.askSize[0]! : Number.NaN];
      },
    };
  },
});
