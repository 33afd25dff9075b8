import { definePlugin, z } from 'tidegate';

/** Sizing module __NAME__: a fraction of equity, halved while the last trade was a loss. */
export default definePlugin({
  kind: 'sizing',
  name: '__NAME__',
  version: '1.0.0',
  doc: 'a fraction of equity, halved after a loss',
  options: z.object({ fraction: z.number().min(0.001).max(1).default(0.1).describe('of equity, per position') }),
  create: ({ fraction }) => ({
    name: '__NAME__',
    stake: (_intent, { account, closed }) => {
      const lost = closed.count > 0 && closed.profitAbs(0) < 0;
      return Math.min(account.free, account.equity * fraction * (lost ? 0.5 : 1));
    },
  }),
});
