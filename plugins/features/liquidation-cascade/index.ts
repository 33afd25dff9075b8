import { defineTickFeature, LiquidationCascade, z } from 'tidegate';

/** Forced orders of one side that follow each other. */
export default defineTickFeature({
  name: 'liquidation-cascade',
  version: '1.0.0',
  doc: 'forced orders of one side that follow each other (ticks)',
  options: z.object({
    maxGapMs: z.number().positive().default(5000).describe('longest pause between them, ms'),
    minCount: z.int().min(2).max(1000).default(3).describe('orders that make a cascade'),
    minMultiple: z.number().positive().default(5).describe('worth in mean earlier liquidations'),
  }),
  stream({ maxGapMs, minCount, minMultiple }) {
    const cascade = new LiquidationCascade({ maxGapMs, minCount, minMultiple });
    let now = 0;
    return {
      values: {
        get isActive() {
          return cascade.isActive(now) ? 1 : 0;
        },
        get side() {
          return cascade.side;
        },
        get notional() {
          return cascade.notional;
        },
      },
      onTime(time) {
        now = time;
      },
      onLiquidation(time, price, size, side) {
        now = time;
        cascade.add(time, price, size, side);
      },
    };
  },
});
