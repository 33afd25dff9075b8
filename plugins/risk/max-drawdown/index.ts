import { definePlugin, RealisedBalance, spanMs, TradeLocks, z } from 'tidegate';

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
  create({ maxDrawdown, tradeLimit, timeframe, ...spans }) {
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
    const locks = new TradeLocks((trades, k) => {
      const now = trades.closeTime(k);
      const { profit, count } = balance.peak(trades, k, now - lookback);
      const floor = (starting + profit) * (1 - maxDrawdown);
      return count >= tradeLimit && starting + balance.after(trades, k) < floor
        ? { pair: '*', until: now + duration }
        : null;
    });
    return {
      name: 'max-drawdown',
      review({ kind, pair, time }, _stake, { account, closed, startingBalance }) {
        if (kind !== 'entry') return { verdict: 'allow' };
        starting = startingBalance;
        if (duration !== Number.POSITIVE_INFINITY)
          return time < locks.until(closed, pair) ? { verdict: 'deny', reason: 'max_drawdown' } : { verdict: 'allow' };
        const { profit, count } = balance.peak(closed, 0, time - lookback);
        const isBreached = count >= tradeLimit && account.equity < (startingBalance + profit) * (1 - maxDrawdown);
        return isBreached ? { verdict: 'deny', reason: 'max_drawdown' } : { verdict: 'allow' };
      },
      locks({ closed, startingBalance }, time) {
        starting = startingBalance;
        return duration === Number.POSITIVE_INFINITY ? [] : locks.current(closed, time);
      },
    };
  },
});
