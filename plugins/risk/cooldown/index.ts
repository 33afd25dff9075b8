import { definePlugin, spanMs, TradeLocks, z } from 'tidegate';

/** No new entry on a pair for a while after a trade on it closed. */
export default definePlugin({
  kind: 'risk',
  name: 'cooldown',
  version: '1.0.0',
  doc: 'no new entry on a pair for a while after a trade on it has closed',
  options: z.object({
    durationMinutes: z.number().positive().optional().describe('how long, in minutes; 60 when nothing is given'),
    durationCandles: z.int().positive().optional().describe('how long, in candles of `timeframe`'),
    timeframe: z.string().optional().describe("the strategy's candle length, for durations in candles"),
    onlyAfterLoss: z.boolean().default(false).describe('only after trades that lost'),
  }),
  create({ durationMinutes, durationCandles, timeframe, onlyAfterLoss }) {
    const duration = spanMs(
      'cooldown',
      'duration',
      { minutes: durationMinutes, candles: durationCandles, timeframe },
      60,
    );
    const locks = new TradeLocks((trades, k) =>
      onlyAfterLoss && trades.profitRatio(k) >= 0
        ? null
        : { pair: trades.pair(k), until: trades.closeTime(k) + duration },
    );
    return {
      name: 'cooldown',
      review: ({ kind, pair, time }, _stake, { closed }) =>
        kind === 'entry' && time < locks.until(closed, pair)
          ? { verdict: 'deny', reason: 'cooldown' }
          : { verdict: 'allow' },
      locks: ({ closed }, time) => locks.current(closed, time),
    };
  },
});
