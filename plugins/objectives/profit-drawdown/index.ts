import { definePlugin, maxDrawdown, z } from 'tidegate';

/** Profit less a multiple of the deepest drawdown, both of the account: profit that did not frighten. */
export default definePlugin({
  kind: 'objective',
  name: 'profit-drawdown',
  version: '1.0.0',
  doc: 'profit less a multiple of the deepest drawdown',
  options: z.object({
    weight: z.number().min(0).default(1).describe('drawdown (a fraction of the peak) is taken off this many times'),
    minTrades: z.int().min(0).default(1).describe('closed trades below which a trial fails'),
  }),
  create: ({ weight, minTrades }) => ({
    name: 'profit-drawdown',
    score({ trades, equity, finalBalance, inputs }) {
      if (trades.length < minTrades || equity.equity.length === 0) return Number.NaN;
      const drawdown = -maxDrawdown(equity.equity, inputs.startingBalance);
      return finalBalance / inputs.startingBalance - 1 - weight * drawdown;
    },
  }),
});
