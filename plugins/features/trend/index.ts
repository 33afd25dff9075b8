import {
  adx,
  aroon,
  choppiness,
  definePlugin,
  efficiencyRatio,
  higherHighsLowerLows,
  type Market,
  minusDi,
  plusDi,
  type Series,
  supertrend,
  trendTStat,
  vhf,
  vortex,
  z,
} from 'tidegate';

/** Whether there is a trend, which way and how clean: directions, strengths and efficiency, free of price scale. */
export default definePlugin({
  kind: 'feature',
  name: 'trend',
  version: '1.0.0',
  doc: 'whether there is a trend, which way and how clean it is',
  options: z.object({
    period: z.int().min(3).max(5000).default(14).describe('window of the indicators, candles'),
    longPeriod: z.int().min(3).max(20_000).default(60).describe('window of the slow trend statistic'),
    supertrendMultiple: z
      .number()
      .positive()
      .default(3)
      .describe('distance of the supertrend line, in average true ranges'),
  }),
  create: ({ period, longPeriod, supertrendMultiple }) => ({
    name: 'trend',
    define(given) {
      const { candles } = given as Market;
      const { close } = candles;
      const lines = aroon(candles, period);
      const swings = higherHighsLowerLows(candles, period);
      const vortexLines = vortex(candles, period);
      const out: Record<string, Series> = {
        adx: adx(candles, period),
        plusDi: plusDi(candles, period),
        minusDi: minusDi(candles, period),
        aroonUp: lines.up,
        aroonDown: lines.down,
        vortexPlus: vortexLines.plus,
        vortexMinus: vortexLines.minus,
        supertrendDirection: supertrend(candles, period, supertrendMultiple).direction,
        higherHighs: swings.higherHighs,
        lowerLows: swings.lowerLows,
        trend: trendTStat(close, period),
        trendLong: trendTStat(close, longPeriod),
        efficiency: efficiencyRatio(close, period),
        vhf: vhf(close, 2 * period),
        choppiness: choppiness(candles, period),
      };
      return out;
    },
  }),
});
