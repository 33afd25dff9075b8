import { definePlugin, spanMs, TradeLocks, z } from 'tidegate';

/** A pair whose trades within a window sum to less than a required profit ratio takes no new entries for a while. */
export default definePlugin({
  kind: 'risk',
  name: 'low-profit-pairs',
  version: '1.0.0',
  doc: 'no new entries for a while on a pair whose latest trades earned too little',
  options: z.object({
    requiredProfit: z
      .number()
      .default(0)
      .describe('sum of profit ratios within the window below which the pair is locked'),
    tradeLimit: z.int().min(1).default(2).describe('trades of the pair needed in the window'),
    lookbackMinutes: z.number().positive().optional().describe('window, in minutes; 1440 when nothing is given'),
    lookbackCandles: z.int().positive().optional().describe('window, in candles of `timeframe`'),
    durationMinutes: z.number().positive().optional().describe('lock, in minutes; 60 when nothing is given'),
    durationCandles: z.int().positive().optional().describe('lock, in candles of `timeframe`'),
    timeframe: z.string().optional().describe("the strategy's candle length, for spans in candles"),
  }),
  create({ requiredProfit, tradeLimit, timeframe, ...spans }) {
    const span = (option: 'lookback' | 'duration', fallback: number) =>
      spanMs(
        'low-profit-pairs',
        option,
        { minutes: spans[`${option}Minutes`], candles: spans[`${option}Candles`], timeframe },
        fallback,
      );
    const lookback = span('lookback', 1440);
    const duration = span('duration', 60);
    const locks = new TradeLocks((trades, k) => {
      const now = trades.closeTime(k);
      const pair = trades.pair(k);
      let count = 0;
      let profit = 0;
      for (let j = k; j < trades.count && trades.closeTime(j) > now - lookback; j++) {
        if (trades.pair(j) !== pair) continue;
        count++;
        profit += trades.profitRatio(j);
      }
      return count >= tradeLimit && profit < requiredProfit ? { pair, until: now + duration } : null;
    });
    return {
      name: 'low-profit-pairs',
      review: ({ kind, pair, time }, _stake, { closed }) =>
        kind === 'entry' && time < locks.until(closed, pair)
          ? { verdict: 'deny', reason: 'low_profit_pair' }
          : { verdict: 'allow' },
      locks: ({ closed }, time) => locks.current(closed, time),
    };
  },
});
