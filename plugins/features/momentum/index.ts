import {
  aroonosc,
  cci,
  cmo,
  connorsRsi,
  definePlugin,
  type Market,
  mfi,
  ppo,
  roc,
  rsi,
  type Series,
  stoch,
  stochrsi,
  tsi,
  ultosc,
  willr,
  z,
} from 'tidegate';

/** Oscillators: how fast and how far price has moved, all free of its scale. */
export default definePlugin({
  kind: 'feature',
  name: 'momentum',
  version: '1.0.0',
  doc: 'oscillators: rate of change, RSI family, stochastics, CCI, money flow, Aroon',
  options: z.object({
    period: z.int().min(3).max(5000).default(14).describe('window of the oscillators, candles'),
    rocPeriods: z
      .array(z.int().min(1).max(5000))
      .max(10)
      .default([1, 5, 20])
      .describe('horizons of the rate of change, candles'),
  }),
  create: ({ period, rocPeriods }) => ({
    name: 'momentum',
    define(given) {
      const { candles } = given as Market;
      const { close } = candles;
      const slow = stoch(candles);
      const fast = stochrsi(close, period);
      const lines = ppo(close);
      const out: Record<string, Series> = {
        rsi: rsi(close, period),
        stochK: slow.slowK,
        stochD: slow.slowD,
        stochRsiK: fast.fastK,
        stochRsiD: fast.fastD,
        cci: cci(candles, period),
        cmo: cmo(close, period),
        mfi: mfi(candles, period),
        willr: willr(candles, period),
        aroonosc: aroonosc(candles, period),
        ultosc: ultosc(candles),
        tsi: tsi(close).tsi,
        connorsRsi: connorsRsi(close),
        ppo: lines,
      };
      for (const n of rocPeriods) out[`roc${n}`] = roc(close, n);
      return out;
    },
  }),
});
