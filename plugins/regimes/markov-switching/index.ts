import {
  definePlugin,
  expectSaved,
  filterMarkovRegression,
  fitMarkovRegression,
  Hysteresis,
  type MarkovRegression,
  TidegateError,
  z,
} from 'tidegate';

const NAME = 'markov-switching';
/** Returns in per cent: variances near 1 are kinder to the fit than near 1e-6. */
const UNIT = 100;
/** Version of what is saved. */
const SAVED = 1;

/**
 * Markov-switching regression of returns on the return before (Hamilton 1989): states differ in drift, in how returns follow each other, and in
 * variance, by which they are sorted. Fitted to past candles, filtered forward only.
 */
export default definePlugin({
  kind: 'regime',
  name: NAME,
  version: '1.0.0',
  doc: 'Markov-switching regression of returns: states by drift, momentum and variance, learned from past candles',
  options: z.object({
    states: z.int().min(2).max(4).default(2).describe('states, sorted by variance'),
    restarts: z.int().min(1).max(50).default(4).describe('seeded starts of the fit'),
    fitRows: z.int().min(200).default(10_000).describe('latest candles that it learns from'),
    minDwell: z.int().min(1).max(1000).default(3).describe('candles that another state must lead before it is named'),
    seed: z.int().min(0).default(0).describe('of the starts: same seed and candles, same states'),
  }),
  create({ states, restarts, fitRows, minDwell, seed }) {
    let model: MarkovRegression | null = null;
    const fitted = (): MarkovRegression => {
      if (model !== null) return model;
      throw new TidegateError('REGIME_NOT_FITTED', `regime "${NAME}" has learned nothing yet`, {
        remedy: 'Fit it to past candles first; "adaptive" and "hurst" need no fit.',
      });
    };
    return {
      name: NAME,
      states: states === 2 ? ['calm', 'high-stress'] : Array.from({ length: states }, (_, k) => `state-${k + 1}`),
      fit({ close, length }) {
        const [now, before] = returnsOf(close.subarray(Math.max(0, length - fitRows), length));
        model = fitMarkovRegression(now, [before], { states, restarts, seed }).model;
      },
      advance({ close, length }) {
        const model = fitted();
        const state = new Float64Array(length).fill(Number.NaN);
        const probabilities = Array.from({ length: states }, () => new Float64Array(length).fill(Number.NaN));
        if (length < 3) return { state, probabilities };
        const [now, before] = returnsOf(close.subarray(0, length));
        const filtered = filterMarkovRegression(model, now, [before]).probabilities;
        const holder = new Hysteresis({ enter: 1 / states, rows: minDwell });
        const row = new Float64Array(states);
        for (let i = 2; i < length; i++) {
          for (let s = 0; s < states; s++) row[s] = probabilities[s]![i] = filtered[s]![i - 2]!;
          state[i] = holder.step(row);
        }
        return { state, probabilities };
      },
      save() {
        const { start, transition, coefficients, variances, ...meta } = fitted();
        return { name: NAME, version: SAVED, meta, arrays: { start, transition, coefficients, variances } };
      },
      load(saved) {
        expectSaved(saved, NAME, SAVED, ['start', 'transition', 'coefficients', 'variances']);
        model = { ...saved.meta, ...saved.arrays } as unknown as MarkovRegression;
      },
    };
  },
});

/** The log return of each candle from the third on, and that of the candle before. */
function returnsOf(close: Float64Array): [Float64Array, Float64Array] {
  const returns = Float64Array.from(
    { length: Math.max(0, close.length - 1) },
    (_, i) => UNIT * Math.log(close[i + 1]! / close[i]!),
  );
  return [returns.slice(1), returns.slice(0, -1)];
}
