import { CusumDetector, definePlugin, z } from 'tidegate';

const STATES = ['level', 'moved-up', 'moved-down'] as const;

/** Two-sided CUSUM (Page 1954) of returns: after an alarm the market counts as moved for some candles. */
export default definePlugin({
  kind: 'regime',
  name: 'cusum',
  version: '1.0.0',
  doc: 'whether the drift of returns has moved up or down lately: cumulative sums',
  options: z.object({
    slack: z.number().min(0).default(0.5).describe('shift to ignore, in deviations'),
    threshold: z.number().positive().default(5).describe('alarm level, in deviations'),
    learning: z
      .int()
      .min(2)
      .max(100_000)
      .default(100)
      .describe('candles that the level is learned from after each alarm'),
    hold: z.int().min(1).max(100_000).default(24).describe('candles that an alarm is named for'),
  }),
  create: ({ slack, threshold, learning, hold }) => ({
    name: 'cusum',
    states: STATES,
    advance({ close, length }) {
      const state = new Float64Array(length).fill(Number.NaN);
      const probabilities = STATES.map(() => new Float64Array(length).fill(Number.NaN));
      const detector = new CusumDetector({ slack, threshold, learning });
      let named = 0;
      let left = 0;
      for (let i = 1; i < length; i++) {
        const alarm = detector.step(Math.log(close[i]! / close[i - 1]!));
        if (alarm !== 0) {
          named = alarm === 1 ? 1 : 2;
          left = hold;
        } else if (left > 0 && --left === 0) named = 0;
        state[i] = named;
        for (let s = 0; s < STATES.length; s++) probabilities[s]![i] = s === named ? 1 : 0;
      }
      return { state, probabilities };
    },
  }),
});
