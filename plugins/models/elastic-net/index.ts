import { definePlugin, elasticNet, linearImportance, type VectorLearner, vectorModule, z } from 'tidegate';

/** Elastic net of a real-valued label: lasso and ridge in one, which leaves useless features out. Its penalty is in units of the label's deviation. */
export default definePlugin({
  kind: 'model',
  name: 'elastic-net',
  version: '1.0.0',
  doc: 'elastic net (lasso to ridge) of a real-valued label: a line through few features',
  options: z.object({
    alpha: z.number().min(0).default(0.01).describe('strength of the penalty, in deviations of the label'),
    l1Ratio: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('share of the penalty on absolute sizes: 1 is the lasso, 0 ridge'),
  }),
  create(options) {
    return vectorModule({
      name: 'elastic-net',
      version: 1,
      task: 'regression',
      options,
      weighsFeatures: true,
      train(rows) {
        const unit = rows.deviation;
        const target = rows.target.map((y) => y / unit);
        const coefficients = elasticNet({ ...rows, target }, options).map((b) => b * unit);
        const { width, values, weights } = rows;
        let squares = 0;
        let total = 0;
        for (let r = 0; r < rows.rows; r++) {
          const error = rows.target[r]! - lineAt(coefficients, values.subarray(r * width, (r + 1) * width));
          squares += weights[r]! * error * error;
          total += weights[r]!;
        }
        return lineOf(coefficients, Math.sqrt(squares / total));
      },
      revive: ({ coefficients, residual }) => lineOf(coefficients!, residual![0]!),
    });
  },
});

function lineOf(coefficients: Float64Array, deviation: number): VectorLearner {
  return {
    arrays: () => ({ coefficients, residual: Float64Array.of(deviation) }),
    score(x, out) {
      out[0] = lineAt(coefficients, x);
    },
    deviation,
    importance: () => linearImportance(coefficients),
  };
}

function lineAt(b: Float64Array, x: Float64Array): number {
  let sum = b[0]!;
  for (let c = 0; c < x.length; c++) sum += b[c + 1]! * x[c]!;
  return sum;
}
