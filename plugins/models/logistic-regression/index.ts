import {
  definePlugin,
  expectFitted,
  expectSaved,
  linearImportance,
  linearScore,
  logistic,
  multinomial,
  type Scaling,
  scaledRows,
  sigmoid,
  softmax,
  TidegateError,
  z,
} from 'tidegate';

const NAME = 'logistic-regression';
const VERSION = 2;

/** What was learned: one row of coefficients per class, or one row in all for two classes (that of the upper one). */
interface Fit extends Scaling {
  readonly classes: Float64Array;
  readonly rows: readonly Float64Array[];
}

/**
 * Logistic regression of a direction label (0 and 1, -1 and 1, or -1, 0 and 1; three classes by softmax). Direction is P(up) - P(down),
 * confidence the largest probability, scaled from equal odds (0) to certainty (1). Missing features count as their mean.
 */
export default definePlugin({
  kind: 'model',
  name: NAME,
  version: '1.0.0',
  doc: 'logistic regression of a direction label with two or three classes',
  options: z.object({
    l2: z.number().min(0).default(1).describe('penalty on the squared coefficients of the scaled features'),
    balance: z.boolean().default(false).describe('weigh classes so that rare ones count as much as common ones'),
  }),
  create({ l2, balance }) {
    let fit: Fit | null = null;
    return {
      name: NAME,
      weighsFeatures: true,
      fit(dataset) {
        const data = scaledRows(NAME, dataset);
        const classes = classesOf(data.target);
        const weighted = balance ? { ...data, weights: balanced(data.target, data.weights, classes) } : data;
        const counted = data.target.map((y) => classes.indexOf(y));
        const rows =
          classes.length === 2
            ? [logistic(NAME, weighted, counted, l2)]
            : rowsOf(multinomial({ ...weighted, target: counted }, classes.length, l2), data.width + 1);
        fit = { means: data.means, deviations: data.deviations, classes, rows };
      },
      predictInto(columns, out, from, to) {
        const learned = expectFitted(NAME, fit, columns.length);
        const { classes, rows } = learned;
        const count = classes.length;
        const p = new Float64Array(count);
        for (let i = from; i < to; i++) {
          if (rows.length === 1) {
            p[1] = sigmoid(linearScore(columns, i, learned, rows[0]!));
            p[0] = 1 - p[1];
          } else {
            for (let c = 0; c < count; c++) p[c] = linearScore(columns, i, learned, rows[c]!);
            softmax(p);
          }
          // The lowest class is down and the highest up, whatever numbers stand for them.
          out.direction[i] = p[count - 1]! - p[0]!;
          out.confidence[i] = (Math.max(...p) * count - 1) / (count - 1);
          out.volatility[i] = Number.NaN;
        }
      },
      save() {
        const { means, deviations, classes, rows } = expectFitted(NAME, fit, fit?.means.length ?? 0);
        const width = means.length + 1;
        const coefficients = new Float64Array(rows.length * width);
        rows.forEach((row, k) => {
          coefficients.set(row, k * width);
        });
        return {
          name: NAME,
          version: VERSION,
          meta: { l2, balance },
          arrays: { means, deviations, classes, coefficients },
        };
      },
      load(saved) {
        expectSaved(saved, NAME, VERSION, ['means', 'deviations', 'classes', 'coefficients']);
        const { means, deviations, classes, coefficients } = saved.arrays;
        const rows = rowsOf(coefficients!, means!.length + 1);
        fit = { means: means!.slice(), deviations: deviations!.slice(), classes: classes!.slice(), rows };
      },
      importance() {
        const { rows } = expectFitted(NAME, fit, fit?.means.length ?? 0);
        const sizes = rows.map(linearImportance);
        return sizes[0]!.map((_, c) => sizes.reduce((sum, s) => sum + s[c]!, 0) / sizes.length);
      },
    };
  },
});

function rowsOf(coefficients: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: coefficients.length / width }, (_, k) => coefficients.slice(k * width, (k + 1) * width));
}

/** The label's values, ascending. */
function classesOf(target: Float64Array): Float64Array {
  const classes = Float64Array.from(new Set(target)).sort();
  if (classes.length === 2 || classes.length === 3) return classes;
  throw new TidegateError(
    'MODEL_DATA',
    `model "${NAME}" got ${classes.length === 1 ? `one class only (${classes[0]})` : `${classes.length} different labels`}`,
    {
      remedy:
        classes.length === 1
          ? 'Use more history, or a smaller threshold in the label.'
          : 'It learns directions: use the label "direction" or "triple-barrier", or the model "linear-regression".',
    },
  );
}

function balanced(target: Float64Array, weights: Float64Array, classes: Float64Array): Float64Array {
  const sums = new Map<number, number>();
  for (const [r, y] of target.entries()) sums.set(y, (sums.get(y) ?? 0) + weights[r]!);
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w, r) => (w * total) / (classes.length * sums.get(target[r]!)!));
}
