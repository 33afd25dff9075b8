import * as t from 'tidegate';
import { definePlugin, type Market, type Series, z } from 'tidegate';

/** Over fifty features for models: momentum over several horizons and timeframes, volatility, volume profile and anomalies, mean reversion, patterns, trend, efficiency. */
export default definePlugin({
  kind: 'feature',
  name: 'dynamic50',
  version: '1.0.0',
  doc: 'over fifty features for models: momentum, volatility, volume, mean reversion, patterns, trend, efficiency',
  options: z.object({
    horizons: z
      .array(z.int().min(3).max(2000))
      .min(1)
      .max(8)
      .default([5, 14, 30, 60])
      .describe('windows in candles, short to long'),
    timeframes: z
      .array(z.string())
      .max(5)
      .default([])
      .describe('longer timeframes whose momentum is added, such as 1h'),
  }),
  create: ({ horizons, timeframes }) => ({
    name: 'dynamic50',
    define(given) {
      const market = given as Market;
      const { candles } = market;
      const { close } = candles;
      const out: Record<string, Series> = {};
      for (const n of horizons) {
        out[`momentum${n}`] = t.logReturn(close, n);
        out[`rsi${n}`] = t.rsi(close, n);
        out[`volatility${n}`] = t.historicalVolatility(close, n).vol;
        out[`zscore${n}`] = t.zscore(close, n);
        out[`efficiency${n}`] = t.efficiencyRatio(close, n);
        out[`trend${n}`] = t.trendTStat(close, n);
        out[`relativeVolume${n}`] = t.relativeVolume(candles, n).excluding;
        out[`rangePlace${n}`] = t.minMaxNormalise(close, n);
      }
      const [first, last] = [horizons[0]!, horizons.at(-1)!];
      Object.assign(out, {
        momentumChange: t.logReturn(close, first).sub(t.logReturn(close, first).shift(first)),
        ppo: t.ppo(close),
        stochRsi: t.stochrsi(close).fastK,
        cci: t.cci(candles, 20),
        mfi: t.mfi(candles, 14),
        volatilityRatio: t.historicalVolatility(close, first).vol.div(t.historicalVolatility(close, last).vol),
        parkinson: t.parkinson(candles, 20),
        yangZhang: t.yangZhang(candles, 20),
        volOfVol: t.volOfVol(close, 20, 20),
        natr: t.natr(candles, 14),
        jumpShare: t.bipowerVariation(close, 30).jumpShare,
        ...profile(market, 100),
        volumeZ: t.volumeZscore(candles, 20).ddof1,
        volumeSpike: t.volumeSpike(candles, 20, 2),
        cmf: t.cmf(candles, 20),
        vwapDeviation: t.vwapDeviation(candles, 20),
        upVolume: t.upVolumeRatio(candles, 20),
        percentB: t.bollingerPosition(close, 20, 2).percentB,
        bandwidth: t.bollingerPosition(close, 20, 2).bandwidth,
        halfLife: t.halfLife(close, 100),
        varianceRatio: t.varianceRatio(close, 60, 5),
        streak: t.streak(close),
        engulfing: t.cdlEngulfing(candles).div(100),
        hammer: t.cdlHammer(candles).div(100),
        shootingStar: t.cdlShootingStar(candles).div(100),
        doji: t.cdlDoji(candles).div(100),
        insideBar: candles.high.lt(candles.high.shift(1)).and(candles.low.gt(candles.low.shift(1))),
        body: close.sub(candles.open).div(candles.high.sub(candles.low).max(close.mul(1e-9))),
        adx: t.adx(candles, 14),
        directional: t.plusDi(candles, 14).sub(t.minusDi(candles, 14)),
        aroon: t.aroonosc(candles, 25),
        choppiness: t.choppiness(candles, 14),
        hurst: t.hurstRs(t.logReturn(close, 1), 64),
        autocorrelation: t.autocorrelation(t.logReturn(close, 1), 30, 1),
        entropy: t.permutationEntropy(close, 60),
      });
      for (const frame of timeframes) {
        out[`momentum_${frame}`] = market.at(frame, (h) => t.logReturn(h.close, 5));
        out[`rsi_${frame}`] = market.at(frame, (h) => t.rsi(h.close, 14));
        out[`trend_${frame}`] = market.at(frame, (h) => t.trendTStat(h.close, 20));
      }
      return out;
    },
  }),
});

/** Where price stands to the volume profile of the last rows. */
function profile({ candles }: Market, period: number): Record<string, Series> {
  const { poc, valueHigh, valueLow } = t.volumeProfile(candles, period);
  const { close } = candles;
  return {
    pocDistance: close.div(poc).sub(1),
    aboveValue: close.div(valueHigh).sub(1).max(0),
    belowValue: close.div(valueLow).sub(1).min(0),
    valueWidth: valueHigh.sub(valueLow).div(poc),
  };
}
