import { closedCandles, definePlugin, z } from 'tidegate';

/**
 * Pairs that do not all move as one: going down the list, a pair is kept when its returns correlate little enough with those of every pair kept
 * before. Pearson's coefficient of log returns over candles that both have.
 */
export default definePlugin({
  kind: 'pairlist',
  name: 'correlation',
  version: '1.0.0',
  doc: 'only pairs whose returns correlate little with those before them in the list',
  options: z.object({
    max: z.number().min(-1).max(1).default(0.9).describe('largest correlation with a pair that is kept'),
    timeframe: z.string().default('1h').describe('candles that returns are taken of'),
    candles: z.int().min(10).max(10_000).default(168).describe('how many of them'),
    minCommon: z
      .int()
      .min(5)
      .default(30)
      .describe('returns in common below which nothing is said, and the pair is kept'),
    absolute: z.boolean().default(false).describe('pairs that move against each other count as well'),
    count: z.int().min(1).default(10_000).describe('most pairs to keep'),
  }),
  create: ({ max, timeframe, candles, minCommon, absolute, count }) => ({
    name: 'correlation',
    async pairs(given, context) {
      const kept: { readonly pair: string; readonly returns: ReadonlyMap<number, number> }[] = [];
      for (const pair of given) {
        if (kept.length === count) break;
        const { length, time, close } = await closedCandles(context, pair, timeframe, candles);
        const returns = new Map<number, number>();
        for (let i = 1; i < length; i++) returns.set(time[i]!, Math.log(close[i]! / close[i - 1]!));
        const isFree = kept.every((other) => {
          const r = correlationOf(returns, other.returns, minCommon);
          // A comparison with NaN (too little in common) is false.
          return !((absolute ? Math.abs(r) : r) > max);
        });
        if (isFree) kept.push({ pair, returns });
      }
      return kept.map((row) => row.pair);
    },
  }),
});

function correlationOf(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>, least: number): number {
  const both = [...a].flatMap(([time, x]) => {
    const y = b.get(time);
    return y === undefined ? [] : [[x, y] as const];
  });
  if (both.length < least) return Number.NaN;
  const meanX = both.reduce((sum, [x]) => sum + x, 0) / both.length;
  const meanY = both.reduce((sum, [, y]) => sum + y, 0) / both.length;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (const [x, y] of both) {
    xy += (x - meanX) * (y - meanY);
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}
