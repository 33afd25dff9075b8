import {
  bipowerVariation,
  blendedVolatility,
  bollingerPosition,
  definePlugin,
  downsideDeviation,
  ewmaVolatility,
  garmanKlass,
  historicalVolatility,
  type Market,
  natr,
  parkinson,
  rangeExpansion,
  rogersSatchell,
  type Series,
  ulcerIndex,
  volOfVol,
  yangZhang,
  z,
} from 'tidegate';

/** Volatility by several estimators, per candle, and how it changes. */
export default definePlugin({
  kind: 'feature',
  name: 'volatility',
  version: '1.0.0',
  doc: 'volatility by several estimators, per candle, its own volatility, jumps and band width',
  options: z.object({
    period: z.int().min(2).max(5000).default(20).describe('window of the estimators, candles'),
    longPeriod: z
      .int()
      .min(2)
      .max(20_000)
      .default(100)
      .describe('window of the slow estimate that the fast one is read against'),
    lambda: z.number().min(0.5).max(0.9999).default(0.94).describe('decay of the exponential estimate'),
  }),
  create: ({ period, longPeriod, lambda }) => ({
    name: 'volatility',
    define(given) {
      const { candles } = given as Market;
      const { close } = candles;
      const jumps = bipowerVariation(close, period);
      const out: Record<string, Series> = {
        historical: historicalVolatility(close, period).vol,
        historicalLong: historicalVolatility(close, longPeriod).vol,
        ewma: ewmaVolatility(close, lambda),
        parkinson: parkinson(candles, period),
        garmanKlass: garmanKlass(candles, period),
        rogersSatchell: rogersSatchell(candles, period),
        yangZhang: yangZhang(candles, period),
        blended: blendedVolatility(candles, period).blend,
        downside: downsideDeviation(close, period),
        bipower: jumps.vol,
        jumpShare: jumps.jumpShare,
        volOfVol: volOfVol(close, period, period),
        rangeExpansion: rangeExpansion(candles, period),
        bandwidth: bollingerPosition(close, period, 2).bandwidth,
        natr: natr(candles, period),
        ulcer: ulcerIndex(close, period),
      };
      return out;
    },
  }),
});
