import { defineTickFeature, FundingArbitrage, z } from 'tidegate';

/** Funding far from its mean: direction and expected gain of the trade against it. */
export default defineTickFeature({
  name: 'funding-arbitrage',
  version: '1.0.0',
  doc: 'funding far from its mean: direction and expected gain of the trade against it (ticks)',
  options: z.object({
    window: z.int().min(4).max(100000).default(100).describe('funding rates that the mean looks back on'),
    zThreshold: z.number().positive().default(3).describe('deviations from the mean that make an opportunity'),
  }),
  stream({ window, zThreshold }) {
    const funding = new FundingArbitrage({ window, zThreshold });
    return {
      values: {
        get z() {
          return funding.z;
        },
        get direction() {
          return funding.opportunity?.direction ?? 0;
        },
        get expectedBps() {
          return funding.opportunity?.expectedBps ?? 0;
        },
        get annualisedBps() {
          return funding.opportunity?.annualisedBps ?? 0;
        },
      },
      onFunding(rate) {
        funding.add(rate);
      },
    };
  },
});
