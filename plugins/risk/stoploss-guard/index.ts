import { definePlugin, spanMs, TradeLocks, z } from 'tidegate';

const STOPS: ReadonlySet<string> = new Set(['stop_loss', 'trailing_stop_loss', 'liquidation']);

/** After a number of stop-outs within a window, no new entries for a while: on all pairs, or on the pair alone. */
export default definePlugin({
  kind: 'risk',
  name: 'stoploss-guard',
  version: '1.0.0',
  doc: 'after several stop-outs within a window, no new entries for a while',
  options: z.object({
    tradeLimit: z.int().min(1).default(4).describe('stop-outs that lock'),
    lookbackMinutes: z.number().positive().optional().describe('window, in minutes; 60 when nothing is given'),
    lookbackCandles: z.int().positive().optional().describe('window, in candles of `timeframe`'),
    durationMinutes: z.number().positive().optional().describe('lock, in minutes; 60 when nothing is given'),
    durationCandles: z.int().positive().optional().describe('lock, in candles of `timeframe`'),
    timeframe: z.string().optional().describe("the strategy's candle length, for spans in candles"),
    requiredProfit: z
      .number()
      .default(0)
      .describe('a stop-out counts when its profit ratio is below this, so that trailing stops in profit do not'),
    onlyPerPair: z.boolean().default(false).describe('count and lock each pair alone'),
  }),
  create({ tradeLimit, requiredProfit, onlyPerPair, timeframe, ...spans }) {
    const span = (option: 'lookback' | 'duration') =>
      spanMs(
        'stoploss-guard',
        option,
        { minutes: spans[`${option}Minutes`], candles: spans[`${option}Candles`], timeframe },
        60,
      );
    const lookback = span('lookback');
    const duration = span('duration');
    const locks = new TradeLocks((trades, k) => {
      const now = trades.closeTime(k);
      const pair = trades.pair(k);
      let stops = 0;
      for (let j = k; j < trades.count && trades.closeTime(j) > now - lookback && stops < tradeLimit; j++) {
        if (onlyPerPair && trades.pair(j) !== pair) continue;
        if (STOPS.has(trades.exitReason(j)) && trades.profitRatio(j) < requiredProfit) stops++;
        // Only a stop-out starts a lock: other trades that close inside the window do not prolong it.
        else if (j === k) return null;
      }
      return stops < tradeLimit ? null : { pair: onlyPerPair ? pair : '*', until: now + duration };
    });
    return {
      name: 'stoploss-guard',
      review: ({ kind, pair, time }, _stake, { closed }) =>
        kind === 'entry' && time < locks.until(closed, pair)
          ? { verdict: 'deny', reason: 'stoploss_guard' }
          : { verdict: 'allow' },
      locks: ({ closed }, time) => locks.current(closed, time),
    };
  },
});
