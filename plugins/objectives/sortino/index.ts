import { daily, definePlugin, type RunResult, sharpe, sortino, z } from 'tidegate';

const dailyReturns = ({ equity, inputs }: RunResult) =>
  daily(equity.time, equity.equity, inputs.startingBalance).returns;

/** Sortino ratio, annual, of the account's daily returns; a run that never lost a day counts by its Sharpe ratio. */
export default definePlugin({
  kind: 'objective',
  name: 'sortino',
  version: '1.0.0',
  doc: "Sortino ratio, annual, of the account's daily returns; a run that never lost a day counts by its Sharpe ratio",
  options: z.object({
    minTrades: z.int().min(0).default(1).describe('closed trades below which a trial fails'),
  }),
  create: ({ minTrades }) => ({
    name: 'sortino',
    score(result) {
      if (result.trades.length < minTrades) return Number.NaN;
      const returns = dailyReturns(result);
      const score = sortino(returns, { periodsPerYear: 365 });
      // Without a losing day there is no downside risk to divide by.
      return Number.isNaN(score) ? sharpe(returns, { periodsPerYear: 365 }) : score;
    },
  }),
});
