import {
  adx,
  atr,
  bbands,
  bollingerPosition,
  defineFeature,
  definePlugin,
  ema,
  garmanKlass,
  higherHighsLowerLows,
  historicalVolatility,
  logReturn,
  type Market,
  macd,
  minusDi,
  mom,
  natr,
  obv,
  parkinson,
  plusDi,
  ppo,
  roc,
  rsi,
  type Series,
  sma,
  trendTStat,
  vroc,
  z,
} from 'tidegate';

/** Distance of one series from another, as a ratio: x / y - 1; 0 where y is 0. */
const distance = defineFeature({
  name: 'distance',
  doc: 'Distance of one series from another, as a ratio',
  source: 'x / y - 1',
  units: 'ratio',
  inputs: ['x', 'y'],
  outputs: ['distance'],
  options: z.object({}),
  args: [],
  warmup: () => 0,
  create: (_options, [x, y], [out]) => ({
    state: new Float64Array(0),
    advance(from, to) {
      const { values: a, base: ab } = x!;
      const { values: b, base: bb } = y!;
      const { values: o, base: ob } = out!;
      for (let i = from; i < to; i++) {
        const below = b[i - bb]!;
        o[i - ob] = below === 0 ? a[i - ab]! * 0 : a[i - ab]! / below - 1;
      }
    },
  }),
});

/** The general list for models: returns and momentum over three horizons, the classic indicators, volume, volatility and trend. */
export default definePlugin({
  kind: 'feature',
  name: 'technical',
  version: '1.0.0',
  doc: 'returns over several horizons and the classic indicators, free of price scale',
  options: z.object({
    periods: z
      .array(z.int().min(2).max(5000))
      .min(1)
      .max(10)
      .default([5, 20, 60])
      .describe('horizons in candles, of returns, averages, volatility and trend'),
    raw: z
      .boolean()
      .default(false)
      .describe('add the indicators that carry the price or volume scale: sma, ema, macd, bands, atr, momentum, obv'),
    derivatives: z
      .boolean()
      .default(false)
      .describe('add funding rate and change of open interest; their data is needed'),
  }),
  create: ({ periods, raw, derivatives }) => ({
    name: 'technical',
    define(given) {
      const market = given as Market;
      const { candles } = market;
      const { close } = candles;
      const out: Record<string, Series> = {};
      for (const n of periods) {
        out[`logReturn${n}`] = logReturn(close, n);
        out[`roc${n}`] = roc(close, n);
        out[`smaDistance${n}`] = distance(close, sma(close, n));
        out[`emaDistance${n}`] = distance(close, ema(close, n));
        out[`vroc${n}`] = vroc(candles, n);
        out[`volatility${n}`] = historicalVolatility(close, n).vol;
        out[`parkinson${n}`] = parkinson(candles, n);
        out[`garmanKlass${n}`] = garmanKlass(candles, n);
        out[`trend${n}`] = trendTStat(close, Math.max(3, n));
        const swings = higherHighsLowerLows(candles, n);
        out[`higherHighs${n}`] = swings.higherHighs;
        out[`lowerLows${n}`] = swings.lowerLows;
      }
      out.rsi = rsi(close, 14);
      out.ppo = ppo(close);
      const bands = bollingerPosition(close, 20, 2);
      out.percentB = bands.percentB;
      out.bandwidth = bands.bandwidth;
      out.natr = natr(candles, 14);
      out.adx = adx(candles, 14);
      out.plusDi = plusDi(candles, 14);
      out.minusDi = minusDi(candles, 14);
      if (raw) {
        for (const n of periods) {
          out[`sma${n}`] = sma(close, n);
          out[`ema${n}`] = ema(close, n);
          out[`momentum${n}`] = mom(close, n);
        }
        const lines = macd(close, 12, 26, 9);
        out.macd = lines.macd;
        out.macdSignal = lines.signal;
        out.macdHist = lines.hist;
        const channel = bbands(close, 20);
        out.bandUpper = channel.upper;
        out.bandMiddle = channel.middle;
        out.bandLower = channel.lower;
        out.atr = atr(candles, 14);
        out.obv = obv(candles);
      }
      if (derivatives) {
        out.funding = market.funding;
        for (const n of periods) out[`openInterestChange${n}`] = roc(market.openInterest, n);
      }
      return out;
    },
  }),
});
