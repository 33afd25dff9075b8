import { daily, definePlugin, type RunResult, sharpe, z } from 'tidegate';

const dailyReturns = ({ equity, inputs }: RunResult) =>
  daily(equity.time, equity.equity, inputs.startingBalance).returns;

/** Sharpe ratio, annual, of the account's daily returns. */
export default definePlugin({
  kind: 'objective',
  name: 'sharpe',
  version: '1.0.0',
  doc: "Sharpe ratio, annual, of the account's daily returns",
  options: z.object({
    minTrades: z.int().min(0).default(1).describe('closed trades below which a trial fails'),
  }),
  create: ({ minTrades }) => ({
    name: 'sharpe',
    score(result) {
      if (result.trades.length < minTrades) return Number.NaN;
      return sharpe(dailyReturns(result), { periodsPerYear: 365 });
    },
  }),
});
