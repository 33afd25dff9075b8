import { defineTickFeature, TradeSpreads, z } from 'tidegate';

/** What trades paid: effective and realised spread and the impact between them, basis points. */
export default defineTickFeature({
  name: 'trade-spreads',
  version: '1.0.0',
  doc: 'what trades paid: effective and realised spread and the impact between them, basis points (ticks)',
  options: z.object({
    window: z.int().min(2).max(100000).default(200).describe('trades'),
    horizonMs: z.number().positive().default(5000).describe('when the realised spread is taken, ms'),
  }),
  stream({ window, horizonMs }) {
    const spreads = new TradeSpreads({ window, horizonMs });
    let seen = Number.NaN;
    return {
      values: {
        get effectiveSpreadTrade() {
          return spreads.effectiveSpreadTrade;
        },
        get realisedSpread() {
          return spreads.realisedSpread;
        },
        get priceImpact() {
          return spreads.priceImpact;
        },
      },
      onTrade({ time, price, side }) {
        spreads.onTrade(time, price, side);
      },
      onTime(time, mid) {
        if (mid === seen || !(mid > 0)) return;
        seen = mid;
        spreads.onMid(time, mid);
      },
    };
  },
});
