import {
  bollingerPosition,
  connorsRsi,
  definePlugin,
  dickeyFuller,
  halfLife,
  hurstRs,
  logReturn,
  type Market,
  ouFit,
  robustZscore,
  rsi,
  type Series,
  varianceRatio,
  vwapDeviation,
  z,
} from 'tidegate';

/** How far price is from where it tends to return to, and whether it tends to return at all. */
export default definePlugin({
  kind: 'feature',
  name: 'mean-reversion',
  version: '1.0.0',
  doc: 'distance from the mean, speed of return to it, and whether there is any return',
  options: z.object({
    period: z.int().min(2).max(5000).default(20).describe('window of the distances, candles'),
    fitPeriod: z
      .int()
      .min(16)
      .max(10_000)
      .default(100)
      .describe('window of the Ornstein-Uhlenbeck fit and of the tests'),
    varianceLag: z.int().min(2).max(100).default(5).describe('lag of the variance ratio, candles'),
  }),
  create: ({ period, fitPeriod, varianceLag }) => ({
    name: 'mean-reversion',
    define(given) {
      const { candles } = given as Market;
      const { close } = candles;
      const fit = ouFit(close, fitPeriod);
      const out: Record<string, Series> = {
        zscore: robustZscore(close, period),
        percentB: bollingerPosition(close, period, 2).percentB,
        vwapDeviation: vwapDeviation(candles, period),
        rsiFast: rsi(close, 3),
        connorsRsi: connorsRsi(close),
        ouZ: fit.z,
        ouTheta: fit.theta,
        halfLife: halfLife(close, fitPeriod),
        dickeyFuller: dickeyFuller(close, fitPeriod),
        varianceRatio: varianceRatio(close, Math.max(fitPeriod, 2 * varianceLag + 2), varianceLag),
        hurst: hurstRs(logReturn(close, 1), fitPeriod),
      };
      return out;
    },
  }),
});
