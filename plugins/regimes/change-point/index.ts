import { ChangePointDetector, definePlugin, historicalVolatility, runFeature, z } from 'tidegate';

/**
 * Bayesian online change points (Adams and MacKay 2007) of returns in units of their recent volatility: whether the market has lately become another
 * one. For gates that wait until a new regime has settled.
 */
export default definePlugin({
  kind: 'regime',
  name: 'change-point',
  version: '1.0.0',
  doc: 'whether drift or volatility changed lately: Bayesian online change-point detection',
  options: z.object({
    period: z.int().min(10).max(10_000).default(200).describe('candles that the unit of returns is taken over'),
    meanRun: z.number().min(10).default(250).describe('candles between changes, on average'),
    longest: z.int().min(50).max(5000).default(500).describe('longest run told apart; cost grows with it'),
    recent: z.int().min(1).max(1000).default(10).describe('candles within which a change counts as lately'),
    threshold: z.number().positive().max(1).default(0.5).describe('probability from which it is named changing'),
  }),
  create: ({ period, meanRun, longest, recent, threshold }) => ({
    name: 'change-point',
    states: ['settled', 'changing'],
    advance({ close, length }) {
      const state = new Float64Array(length).fill(Number.NaN);
      const probabilities = [state.slice(), state.slice()];
      const [volatility] = runFeature(historicalVolatility.definition, { period }, [close]);
      const detector = new ChangePointDetector({ meanRun, longest }, recent);
      for (let i = 1; i < length; i++) {
        // The unit is that of the candle before: a burst must not hide in its own volatility.
        const unit = volatility![i - 1]!;
        if (!(unit > 0)) continue;
        const { changeProbability } = detector.step(Math.log(close[i]! / close[i - 1]!) / unit);
        const changing = Math.min(1, changeProbability);
        probabilities[0]![i] = 1 - changing;
        probabilities[1]![i] = changing;
        state[i] = changing >= threshold ? 1 : 0;
      }
      // A market that stood still has no unit: its state is the last one known.
      const warm = state.findIndex((x) => !Number.isNaN(x));
      for (let i = warm + 1; warm >= 0 && i < length; i++)
        if (Number.isNaN(state[i]!)) {
          state[i] = state[i - 1]!;
          for (const p of probabilities) p[i] = p[i - 1]!;
        }
      return { state, probabilities };
    },
  }),
});
