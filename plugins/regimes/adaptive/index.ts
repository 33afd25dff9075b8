import { definePlugin, efficiencyRatio, historicalVolatility, rankNormalise, runFeature, sigmoid, z } from 'tidegate';

const STATES = ['trending', 'ranging', 'volatile', 'trending-volatile'] as const;

/**
 * Four states from two axes, each judged against the pair's own recent past: is there a trend (Kaufman's efficiency ratio), and is it volatile?
 * The probability of a side of an axis is a sigmoid of its rank (-1..1) about the threshold; a state's is the product of its sides.
 */
export default definePlugin({
  kind: 'regime',
  name: 'adaptive',
  version: '1.0.0',
  doc: 'trending, ranging, volatile or trending-volatile, by thresholds that adapt to the recent past',
  options: z.object({
    period: z.int().min(2).max(10_000).default(20).describe('candles that trend and volatility are measured over'),
    window: z.int().min(10).max(100_000).default(500).describe('recent past that they are ranked against, candles'),
    trendThreshold: z
      .number()
      .min(-1)
      .max(1)
      .default(0.2)
      .describe('rank of the efficiency ratio above which it trends, -1..1'),
    volatilityThreshold: z
      .number()
      .min(-1)
      .max(1)
      .default(0.4)
      .describe('rank of the volatility above which it is volatile, -1..1'),
    sharpness: z.number().positive().default(8).describe('how fast probabilities change about a threshold'),
    minDwell: z.int().min(1).max(1000).default(3).describe('candles that another state must lead before it is named'),
  }),
  create: ({ period, window, trendThreshold, volatilityThreshold, sharpness, minDwell }) => ({
    name: 'adaptive',
    states: STATES,
    advance({ close, length }) {
      const ranked = (values: Float64Array) => runFeature(rankNormalise.definition, { period: window }, [values])[0]!;
      const trend = ranked(runFeature(efficiencyRatio.definition, { period }, [close])[0]!);
      const volatility = ranked(runFeature(historicalVolatility.definition, { period }, [close])[0]!);
      const state = new Float64Array(length).fill(Number.NaN);
      const probabilities = STATES.map(() => new Float64Array(length).fill(Number.NaN));
      let named = Number.NaN;
      let rival = Number.NaN;
      let lead = 0;
      for (let i = 0; i < length; i++) {
        const trends = sigmoid(sharpness * (trend[i]! - trendThreshold));
        const wild = sigmoid(sharpness * (volatility[i]! - volatilityThreshold));
        if (Number.isNaN(trends) || Number.isNaN(wild)) continue;
        probabilities[0]![i] = trends * (1 - wild);
        probabilities[1]![i] = (1 - trends) * (1 - wild);
        probabilities[2]![i] = (1 - trends) * wild;
        probabilities[3]![i] = trends * wild;
        const leader = trends >= 0.5 ? (wild >= 0.5 ? 3 : 0) : wild >= 0.5 ? 2 : 1;
        lead = leader === rival ? lead + 1 : 1;
        rival = leader;
        if (Number.isNaN(named) || lead >= minDwell) named = leader;
        state[i] = named;
      }
      return { state, probabilities };
    },
  }),
});
