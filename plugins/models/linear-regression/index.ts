import {
  definePlugin,
  expectFitted,
  expectSaved,
  linearImportance,
  linearScore,
  normalCdf,
  type RidgeFit,
  ridge,
  type Scaling,
  scaledRows,
  z,
} from 'tidegate';

const NAME = 'linear-regression';
const VERSION = 1;

/**
 * Ridge regression of a real-valued label, such as the next return. Direction is P(up) - P(down) with normal residuals, confidence its size,
 * volatility the deviation of the residuals. Missing features count as their mean; rows without a label are left out.
 */
export default definePlugin({
  kind: 'model',
  name: NAME,
  version: '1.0.0',
  doc: 'ridge regression of a real-valued label: the line to beat',
  options: z.object({
    l2: z.number().min(0).default(1).describe('penalty on the squared coefficients of the scaled features'),
  }),
  create({ l2 }) {
    let fit: (Scaling & RidgeFit) | null = null;
    return {
      name: NAME,
      weighsFeatures: true,
      fit(dataset) {
        const data = scaledRows(NAME, dataset);
        fit = { means: data.means, deviations: data.deviations, ...ridge(NAME, data, l2) };
      },
      predictInto(columns, out, from, to) {
        const learned = expectFitted(NAME, fit, columns.length);
        const deviation = learned.residualDeviation;
        for (let i = from; i < to; i++) {
          const score = linearScore(columns, i, learned, learned.coefficients);
          const direction = deviation > 0 ? 2 * normalCdf(score / deviation) - 1 : Math.sign(score);
          out.direction[i] = direction;
          out.confidence[i] = Math.abs(direction);
          out.volatility[i] = Number.isNaN(score) ? Number.NaN : deviation;
        }
      },
      save() {
        const { means, deviations, coefficients, residualDeviation } = expectFitted(NAME, fit, fit?.means.length ?? 0);
        const residual = Float64Array.of(residualDeviation);
        return { name: NAME, version: VERSION, meta: { l2 }, arrays: { means, deviations, coefficients, residual } };
      },
      load(saved) {
        expectSaved(saved, NAME, VERSION, ['means', 'deviations', 'coefficients', 'residual']);
        const { means, deviations, coefficients, residual } = saved.arrays;
        fit = {
          means: means!.slice(),
          deviations: deviations!.slice(),
          coefficients: coefficients!.slice(),
          residualDeviation: residual![0]!,
        };
      },
      importance: () => linearImportance(expectFitted(NAME, fit, fit?.means.length ?? 0).coefficients),
    };
  },
});
