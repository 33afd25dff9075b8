import { defineTickFeature, Footprint, z } from 'tidegate';

/** Volume delta per candle, and stacked imbalances of bought against sold per price. */
export default defineTickFeature({
  name: 'footprint',
  version: '1.0.0',
  doc: 'volume delta per candle, and stacked imbalances of bought against sold per price (ticks)',
  options: z.object({
    candleMs: z.number().positive().default(60_000).describe('length of a candle, ms'),
    stepTicks: z.int().min(1).max(100000).default(10).describe('price steps, ticks'),
    imbalance: z.number().positive().default(3).describe('bought to sold (or the other way) that is an imbalance'),
    stack: z.int().min(1).max(100).default(3).describe('imbalances in a row'),
  }),
  stream({ candleMs, stepTicks, imbalance, stack }, host) {
    let lastDelta = Number.NaN;
    let buys = 0;
    let sells = 0;
    const footprint = new Footprint(
      { candleMs, priceStep: stepTicks * host.priceTick, imbalance, stack },
      ({ delta, stackedBuys, stackedSells }) => {
        lastDelta = delta;
        buys = stackedBuys.length;
        sells = stackedSells.length;
      },
    );
    return {
      values: {
        get delta() {
          return footprint.delta;
        },
        get lastDelta() {
          return lastDelta;
        },
        get stackedBuys() {
          return buys;
        },
        get stackedSells() {
          return sells;
        },
      },
      onTrade({ time, price, size, side }) {
        footprint.add(time, price, size, side);
      },
    };
  },
});
