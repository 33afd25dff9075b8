import { definePlugin, synthMarket, z } from 'tidegate';

/** A seeded market in memory, labelled synthetic wherever its numbers are shown. */
export default definePlugin({
  kind: 'source',
  name: 'synthetic',
  version: '1.0.0',
  doc: 'a seeded, made-up market in memory: regimes, fat tails, perpetuals with funding',
  options: z.object({
    seed: z
      .union([z.int(), z.string().min(1)])
      .default(1)
      .describe('same seed, same market'),
    pairs: z
      .array(z.string().min(1))
      .min(1)
      .default(['BTC/USDT', 'BTC/USDT:USDT'])
      .describe('spot BTC/USDT, perpetual BTC/USDT:USDT, forex EUR/USD'),
    from: z.iso.date().default('2024-01-01').describe('first day, UTC'),
    days: z.int().min(1).max(3660).default(90).describe('length in days'),
    timeframe: z.string().default('1m').describe('base timeframe that is listed'),
  }),
  create: ({ from, ...rest }) => ({
    name: 'synthetic',
    open: () => synthMarket({ ...rest, from: Date.parse(from) }),
  }),
});
