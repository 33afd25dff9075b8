import { definePlugin, spanMs, TradeLocks, z } from 'tidegate';

/** After a run of losing trades without a winner between them, no new entries for a while. */
export default definePlugin({
  kind: 'risk',
  name: 'consecutive-losses',
  version: '1.0.0',
  doc: 'after several losing trades in a row, no new entries for a while',
  options: z.object({
    losses: z.int().min(1).max(1000).default(4).describe('losing trades in a row that lock'),
    durationMinutes: z.number().positive().optional().describe('lock, in minutes; 240 when nothing is given'),
    durationCandles: z.int().positive().optional().describe('lock, in candles of `timeframe`'),
    timeframe: z.string().optional().describe("the strategy's candle length, for durations in candles"),
    onlyPerPair: z.boolean().default(false).describe('count and lock each pair alone'),
  }),
  create({ losses, onlyPerPair, durationMinutes, durationCandles, timeframe }) {
    const duration = spanMs(
      'consecutive-losses',
      'duration',
      { minutes: durationMinutes, candles: durationCandles, timeframe },
      240,
    );
    const locks = new TradeLocks((trades, k) => {
      const pair = trades.pair(k);
      let inRow = 0;
      for (let j = k; j < trades.count && inRow < losses; j++) {
        if (onlyPerPair && trades.pair(j) !== pair) continue;
        if (trades.profitRatio(j) >= 0) break;
        inRow++;
      }
      return inRow < losses ? null : { pair: onlyPerPair ? pair : '*', until: trades.closeTime(k) + duration };
    });
    return {
      name: 'consecutive-losses',
      review: ({ kind, pair, time }, _stake, { closed }) =>
        kind === 'entry' && time < locks.until(closed, pair)
          ? { verdict: 'deny', reason: 'consecutive_losses' }
          : { verdict: 'allow' },
      locks: ({ closed }, time) => locks.current(closed, time),
    };
  },
});
