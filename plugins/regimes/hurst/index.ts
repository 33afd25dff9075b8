import { definePlugin, hurstRs, logReturn, runFeature, sigmoid, z } from 'tidegate';

const STATES = ['mean-reverting', 'random', 'trending'] as const;

/** Three states by the Hurst exponent of returns: below one bound prices tend to return, above the other to go on. */
export default definePlugin({
  kind: 'regime',
  name: 'hurst',
  version: '1.0.0',
  doc: 'mean-reverting, random or trending, by the Hurst exponent of returns',
  options: z.object({
    period: z.int().min(16).max(10_000).default(128).describe('returns that the exponent is measured over'),
    lower: z.number().min(0).max(1).default(0.45).describe('below: mean-reverting'),
    upper: z
      .number()
      .min(0)
      .max(1)
      .default(0.6)
      .describe('above: trending (rescaled range reads high on short windows)'),
    sharpness: z.number().positive().default(40).describe('how fast probabilities change about a bound'),
  }),
  create: ({ period, lower, upper, sharpness }) => ({
    name: 'hurst',
    states: STATES,
    advance({ close, length }) {
      const returns = runFeature(logReturn.definition, { lag: 1 }, [close])[0]!;
      const exponent = runFeature(hurstRs.definition, { period }, [returns])[0]!;
      const state = new Float64Array(length).fill(Number.NaN);
      const probabilities = STATES.map(() => new Float64Array(length).fill(Number.NaN));
      const top = Math.max(lower, upper);
      for (let i = 0; i < length; i++) {
        const h = exponent[i]!;
        if (Number.isNaN(h)) continue;
        const reverts = sigmoid(sharpness * (lower - h));
        const trends = sigmoid(sharpness * (h - top));
        // The two overlap a little where the bounds are close: what is left over is never below zero.
        const sum = Math.max(1, reverts + trends);
        probabilities[0]![i] = reverts / sum;
        probabilities[2]![i] = trends / sum;
        probabilities[1]![i] = 1 - (reverts + trends) / sum;
        state[i] = h < lower ? 0 : h > top ? 2 : 1;
      }
      return { state, probabilities };
    },
  }),
});
