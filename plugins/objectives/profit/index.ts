import { definePlugin, z } from 'tidegate';

/** Profit of the account, open positions at their last prices, as a fraction of the starting balance. */
export default definePlugin({
  kind: 'objective',
  name: 'profit',
  version: '1.0.0',
  doc: 'profit of the account as a fraction of the starting balance',
  options: z.object({
    minTrades: z.int().min(0).default(1).describe('closed trades below which a trial fails'),
  }),
  create: ({ minTrades }) => ({
    name: 'profit',
    score: ({ trades, finalBalance, inputs }) =>
      trades.length < minTrades ? Number.NaN : finalBalance / inputs.startingBalance - 1,
  }),
});
