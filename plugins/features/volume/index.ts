import {
  ad,
  cmf,
  defineFeature,
  definePlugin,
  ema,
  knownVolume,
  logReturn,
  type Market,
  obv,
  rangeVolumeCorrelation,
  rankNormalise,
  relativeVolume,
  returnVolumeCorrelation,
  roc,
  type Series,
  sma,
  upVolumeRatio,
  volumeSpike,
  volumeSplitReturn,
  volumeZscore,
  vroc,
  vwapDeviation,
  z,
} from 'tidegate';

/** The value some rows ago. */
const lagged = defineFeature({
  name: 'lagged',
  doc: 'The value some rows ago',
  source: 'x[lag]',
  units: "the input's",
  inputs: ['x'],
  outputs: ['lagged'],
  options: z.object({ lag: z.int().min(1).max(10_000).default(1) }),
  args: ['lag'],
  warmup: ({ lag }) => lag,
  lookback: ({ lag }) => lag,
  create: ({ lag }, [x], [out]) => {
    /** Rows without NaN so far, this one excluded. */
    const state = new Float64Array(1);
    return {
      state,
      advance(from, to) {
        const { values, base } = x!;
        const { values: o, base: ob } = out!;
        let seen = state[0]!;
        for (let i = from; i < to; i++) {
          const isNumber = !Number.isNaN(values[i - base]!);
          o[i - ob] = isNumber && seen >= lag ? values[i - lag - base]! : Number.NaN;
          seen = isNumber ? seen + 1 : 0;
        }
        state[0] = seen;
      },
    };
  },
});

/** Volume against its own past, and what price does with it. Needs traded or tick volume: data without is refused. */
export default definePlugin({
  kind: 'feature',
  name: 'volume',
  version: '1.1.0',
  doc: 'volume against its own past, its spikes, and how price moves with it',
  options: z.object({
    period: z.int().min(2).max(5000).default(20).describe('window in candles'),
    spikeDeviations: z.number().positive().default(2).describe('deviations above the mean that make a spike'),
    lags: z
      .array(z.int().min(1).max(1000))
      .max(20)
      .default([1, 2, 3])
      .describe('past values of volume and return to add, candles ago'),
    raw: z
      .boolean()
      .default(false)
      .describe('add volume, its averages, on-balance volume and accumulation/distribution as they are'),
  }),
  create: ({ period, spikeDeviations, lags, raw }) => ({
    name: 'volume',
    define(given) {
      const candles = knownVolume((given as Market).candles);
      const { close, volume } = candles;
      const relative = relativeVolume(candles, period).excluding;
      const change = logReturn(close, 1);
      const split = volumeSplitReturn(candles, period);
      const out: Record<string, Series> = {
        relativeVolume: relative,
        volumeZscore: volumeZscore(candles, period).ddof1,
        volumeSpike: volumeSpike(candles, period, spikeDeviations),
        vroc: vroc(candles, period),
        returnOnHighVolume: split.high,
        returnOnLowVolume: split.low,
        vwapDeviation: vwapDeviation(candles, period),
        rangeVolumeCorrelation: rangeVolumeCorrelation(candles, period),
        returnVolumeCorrelation: returnVolumeCorrelation(candles, period),
        upVolumeRatio: upVolumeRatio(candles, period),
        cmf: cmf(candles, period),
        obvRank: rankNormalise(obv(candles), Math.max(2, 5 * period)),
        adRank: rankNormalise(ad(candles), Math.max(2, 5 * period)),
        roc: roc(close, period),
      };
      for (const lag of lags) {
        out[`relativeVolumeLag${lag}`] = lagged(relative, lag);
        out[`logReturnLag${lag}`] = lagged(change, lag);
      }
      if (raw) {
        out.volume = volume;
        out.volumeSma = sma(volume, period);
        out.volumeEma = ema(volume, period);
        out.obv = obv(candles);
        out.ad = ad(candles);
      }
      return out;
    },
  }),
});
