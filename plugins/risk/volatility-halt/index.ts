import { definePlugin, type TradingContext, z } from 'tidegate';

/**
 * Stops entries while a market moves unusually. Volatility is the root mean square of log returns per candle over a window; it is held against
 * a fixed limit, against the volatility of the candles before the window, or both. Without enough history there is no opinion. It keeps nothing
 * between questions: candles are asked for each time, so that a restart and a backtest answer alike.
 */
export default definePlugin({
  kind: 'risk',
  name: 'volatility-halt',
  version: '1.0.0',
  doc: 'no new entries while volatility is far above what is usual, or above a limit',
  options: z.object({
    candles: z.int().min(2).max(10_000).default(20).describe('window that volatility is measured over'),
    ratio: z
      .number()
      .gt(1)
      .optional()
      .describe('halts at this multiple of the usual volatility; 3 where maxVolatility is absent too'),
    baselineCandles: z
      .int()
      .min(10)
      .max(100_000)
      .default(200)
      .describe('candles before the window that say what is usual'),
    maxVolatility: z
      .number()
      .positive()
      .optional()
      .describe('halts above this root mean square of log returns per candle'),
    holdCandles: z.int().min(0).max(10_000).default(0).describe('goes on for so many candles after the last breach'),
    reference: z
      .string()
      .optional()
      .describe('a traded pair whose volatility halts all pairs, such as BTC/USDT; absent: each pair alone'),
  }),
  create({ candles, ratio, baselineCandles, maxVolatility = Number.POSITIVE_INFINITY, holdCandles, reference }) {
    const multiple = ratio ?? (maxVolatility === Number.POSITIVE_INFINITY ? 3 : Number.POSITIVE_INFINITY);
    const isBreached = (context: TradingContext, pair: string, ago: number): boolean => {
      const now = volatility(context, pair, ago, candles);
      if (now > maxVolatility) return true;
      // A comparison with NaN (too little history) is false.
      return (
        multiple !== Number.POSITIVE_INFINITY &&
        now > multiple * volatility(context, pair, ago + candles, baselineCandles)
      );
    };
    return {
      name: 'volatility-halt',
      review({ kind, pair }, _stake, context) {
        if (kind !== 'entry') return { verdict: 'allow' };
        for (let ago = 0; ago <= holdCandles; ago++)
          if (isBreached(context, reference ?? pair, ago)) return { verdict: 'deny', reason: 'volatility_halt' };
        return { verdict: 'allow' };
      },
    };
  },
});

/** Root mean square of `count` log returns, the last of which ended `ago` candles back; NaN where history does not reach. */
function volatility({ past }: TradingContext, pair: string, ago: number, count: number): number {
  let sum = 0;
  let later = past(pair, 'close', ago);
  for (let k = 1; k <= count; k++) {
    const earlier = past(pair, 'close', ago + k);
    const change = Math.log(later / earlier);
    sum += change * change;
    later = earlier;
  }
  return Math.sqrt(sum / count);
}
