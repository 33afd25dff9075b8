import { definePlugin, z } from 'tidegate';

/**
 * Sizes by what the stop would cost: amount × (distance to the stop + fees both ways) = riskFraction × equity. Notional is capped by
 * `maxLeverage` × equity, or by the intent's leverage where that is higher.
 */
export default definePlugin({
  kind: 'sizing',
  name: 'risk-based',
  version: '1.0.0',
  doc: 'a stake that loses a stated fraction of equity when the stop is hit, fees included',
  options: z.object({
    riskFraction: z.number().gt(0).max(1).default(0.01).describe('fraction of equity that a stop-out may cost'),
    stopDistance: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.1)
      .describe(
        "distance of the stop from the entry, as a fraction of the stake: the strategy's stoploss without sign",
      ),
    includesLeverage: z
      .boolean()
      .default(true)
      .describe("stopDistance includes leverage, as a strategy's stoploss does; false: it is a distance of the price"),
    maxLeverage: z.number().gt(0).max(125).default(1).describe('most notional per equity'),
  }),
  create: ({ riskFraction, stopDistance, includesLeverage, maxLeverage }) => ({
    name: 'risk-based',
    stake({ side, rate, leverage, instrument }, { account }) {
      const distance = includesLeverage ? stopDistance / leverage : stopDistance;
      const stop = rate * (side === 'long' ? 1 - distance : 1 + distance);
      const lossPerUnit = Math.abs(rate - stop) + instrument.takerFee * (rate + Math.max(0, stop));
      const amount = (riskFraction * account.equity) / lossPerUnit;
      const cap = (Math.max(maxLeverage, leverage) * account.equity) / rate;
      return Math.max(0, Math.min((Math.min(amount, cap) * rate) / leverage, account.free));
    },
  }),
});
