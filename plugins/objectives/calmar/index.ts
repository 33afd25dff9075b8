import { annualGrowth, definePlugin, maxDrawdown, z } from 'tidegate';

const DAY_MS = 86_400_000;
/** Drawdowns below this count as this, so that a run of a few lucky trades does not win by having none. */
const LEAST_DRAWDOWN = 0.001;

/** Calmar ratio: annual growth over the deepest drawdown of the account. */
export default definePlugin({
  kind: 'objective',
  name: 'calmar',
  version: '1.0.0',
  doc: "annual growth over the account's deepest drawdown",
  options: z.object({
    minTrades: z.int().min(0).default(1).describe('closed trades below which a trial fails'),
  }),
  create: ({ minTrades }) => ({
    name: 'calmar',
    score({ trades, equity, inputs }) {
      const { time, equity: curve } = equity;
      if (trades.length < minTrades || curve.length === 0) return Number.NaN;
      const duration = Math.max(DAY_MS, time[time.length - 1]! - inputs.from);
      const growth = annualGrowth(inputs.startingBalance, curve[curve.length - 1]!, duration);
      return growth / Math.max(LEAST_DRAWDOWN, -maxDrawdown(curve, inputs.startingBalance));
    },
  }),
});
