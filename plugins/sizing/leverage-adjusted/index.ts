import { definePlugin, z } from 'tidegate';

/** A fraction of equity that shrinks as leverage grows: stake = fraction × equity / leverage^power. */
export default definePlugin({
  kind: 'sizing',
  name: 'leverage-adjusted',
  version: '1.0.0',
  doc: 'a fraction of equity divided by leverage, so that the notional stays the same',
  options: z.object({
    fraction: z.number().gt(0).max(1).default(0.1).describe('fraction of equity at leverage 1'),
    power: z
      .number()
      .min(0)
      .max(4)
      .default(1)
      .describe('1 keeps the notional constant, 2 shrinks it with leverage, 0 ignores leverage'),
  }),
  create: ({ fraction, power }) => ({
    name: 'leverage-adjusted',
    stake: ({ leverage }, { account }) =>
      Math.max(0, Math.min((fraction * account.equity) / Math.max(1, leverage) ** power, account.free)),
  }),
});
