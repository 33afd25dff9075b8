import { type ClosedTrades, definePlugin, RealisedBalance, spanMs, TradeLocks, z } from 'tidegate';

/**
 * Stops entries when equity has fallen too far below its peak. The peak is that of the starting balance plus realised profits, over the whole
 * run or a window. With a duration, a close that breaches locks for that long; without, entries stay off until equity is back above the limit.
 */
export default definePlugin({
  kind: 'risk',
  name: 'max-drawdown',
  version: '1.0.0',
  doc: 'no new entries when equity has fallen too far below its peak',
  options: z.object({
    maxDrawdown: z.number().gt(0).max(1).default(0.2).describe('largest fall from the peak, as a fraction of the peak'),
    tradeLimit: z.int().min(0).default(0).describe('closed trades needed in the window before it acts'),
    calculation: z
      .enum(['equity', 'ratios'])
      .default('equity')
      .describe(
        '`ratios`: of the sum of profit ratios in the window from its peak, as Freqtrade reckons unless told otherwise',
      ),
    lookbackMinutes: z
      .number()
      .positive()
      .optional()
      .describe('window of the peak, in minutes; the whole run when absent'),
    lookbackCandles: z.int().positive().optional().describe('window of the peak, in candles of `timeframe`'),
    durationMinutes: z.number().positive().optional().describe('lock, in minutes; until recovery when absent'),
    durationCandles: z.int().positive().optional().describe('lock, in candles of `timeframe`'),
    timeframe: z.string().optional().describe("the strategy's candle length, for spans in candles"),
  }),
  create({ maxDrawdown, tradeLimit, calculation, timeframe, ...spans }) {
    const span = (option: 'lookback' | 'duration') =>
      spans[`${option}Minutes`] === undefined && spans[`${option}Candles`] === undefined
        ? Number.POSITIVE_INFINITY
        : spanMs('max-drawdown', option, {
            minutes: spans[`${option}Minutes`],
            candles: spans[`${option}Candles`],
            timeframe,
          });
    const lookback = span('lookback');
    const duration = span('duration');
    const balance = new RealisedBalance();
    let starting = 0;
    const isBreached = (trades: ClosedTrades, k: number, from: number, equity: number) => {
      const { profit, count } = balance.peak(trades, k, from);
      if (count < tradeLimit) return false;
      return calculation === 'ratios'
        ? ratioDrawdown(trades, k, count) > maxDrawdown
        : equity < (starting + profit) * (1 - maxDrawdown);
    };
    const locks = new TradeLocks((trades, k) => {
      const now = trades.closeTime(k);
      const equity = starting + balance.after(trades, k);
      return isBreached(trades, k, now - lookback, equity) ? { pair: '*', until: now + duration } : null;
    });
    return {
      name: 'max-drawdown',
      review({ kind, pair, time }, _stake, { account, closed, startingBalance }) {
        if (kind !== 'entry') return { verdict: 'allow' };
        starting = startingBalance;
        if (duration !== Number.POSITIVE_INFINITY)
          return time < locks.until(closed, pair) ? { verdict: 'deny', reason: 'max_drawdown' } : { verdict: 'allow' };
        return isBreached(closed, 0, time - lookback, account.equity)
          ? { verdict: 'deny', reason: 'max_drawdown' }
          : { verdict: 'allow' };
      },
      locks({ closed, startingBalance }, time) {
        starting = startingBalance;
        return duration === Number.POSITIVE_INFINITY ? [] : locks.current(closed, time);
      },
    };
  },
});

/** Largest fall of the running sum of profit ratios from its peak, which is at least 0, over `count` trades up to trade `k`. */
function ratioDrawdown(trades: ClosedTrades, k: number, count: number): number {
  let sum = 0;
  let peak = 0;
  let worst = 0;
  for (let i = k + count - 1; i >= k; i--) {
    sum += trades.profitRatio(i);
    peak = Math.max(peak, sum);
    worst = Math.max(worst, peak - sum);
  }
  return worst;
}
