import { TidegateError } from '../../foundation/errors.ts';
import { normalCdf } from '../../foundation/normal.ts';
import type { Dataset, ModelModule } from '../../ports/learning-modules.ts';
import { pickValues } from '../dataset/pick-values.ts';
import { expectFitted, expectSaved } from '../linear/saved.ts';
import { type ScaledRows, type Scaling, scaledRows } from '../linear/standardise.ts';
import { learningRows, type Task } from '../tree-models/learning-rows.ts';

/** Rows in order of time, scaled; the target is a class counted from 0, or a number. */
export interface VectorRows extends ScaledRows {
  /** 0: real-valued target. */
  readonly classes: number;
  /** Weighted deviation of a real-valued target. */
  readonly deviation: number;
}

/** What a model knows of scaled feature vectors. */
export interface VectorLearner {
  /** Everything learned, by name: what is saved. */
  readonly arrays: () => Readonly<Record<string, Float64Array>>;
  /** Writes the probability of each class, or the expected value, of one scaled row. */
  readonly score: (x: Float64Array, out: Float64Array) => void;
  /** Deviation of the errors of a real-valued target. */
  readonly deviation?: number;
  readonly importance?: () => Float64Array;
  /** Learns one more scaled row: online models. */
  readonly learn?: (x: Float64Array, target: number) => void;
}

export interface VectorModuleSpec {
  readonly name: string;
  /** Of the saved form. */
  readonly version: number;
  readonly task: Task;
  readonly options: Readonly<Record<string, unknown>>;
  /** Features that are scaled to less matter less to it. */
  readonly weighsFeatures?: boolean;
  readonly train: (rows: VectorRows) => VectorLearner;
  /** Makes a learner of what `arrays` gave. `classes` is 0 for a real-valued target. */
  readonly revive: (
    arrays: Readonly<Record<string, Float64Array>>,
    shape: { readonly width: number; readonly classes: number },
  ) => VectorLearner;
}

interface Fit extends Scaling {
  readonly learner: VectorLearner;
  /** Labels of the classes, ascending; empty for a real-valued target. */
  readonly classes: Float64Array;
  readonly deviation: number;
}

/**
 * A model module over scaled feature vectors (mean 0, deviation 1 in training; missing values count as the mean). Classes: direction is
 * P(highest label) - P(lowest), confidence the largest probability scaled from equal odds (0) to certainty (1), volatility NaN. Real values:
 * direction is 2 Φ(value / deviation) - 1, confidence its size, volatility the deviation. NaN where every feature is missing.
 */
export function vectorModule(spec: VectorModuleSpec): ModelModule {
  const { name, version } = spec;
  let fit: Fit | null = null;
  return {
    name,
    ...(spec.weighsFeatures && { weighsFeatures: true }),
    fit(dataset) {
      const rows = vectorRows(spec, dataset);
      const learner = spec.train(rows);
      const { means, deviations, labels } = rows;
      fit = { means, deviations, classes: labels, learner, deviation: learner.deviation ?? rows.deviation };
    },
    predictInto(columns, out, from, to) {
      const known = expectFitted(name, fit, columns.length);
      const { learner, classes, deviation } = known;
      const count = classes.length;
      const x = new Float64Array(columns.length);
      const said = new Float64Array(Math.max(1, count));
      for (let i = from; i < to; i++) {
        let direction = Number.NaN;
        let confidence = Number.NaN;
        let volatility = Number.NaN;
        if (scaleRow(columns, i, known, x)) {
          learner.score(x, said);
          if (count === 0) {
            direction = deviation > 0 ? 2 * normalCdf(said[0]! / deviation) - 1 : Math.sign(said[0]!);
            confidence = Math.abs(direction);
            volatility = deviation;
          } else {
            let most = 0;
            for (let k = 0; k < count; k++) most = Math.max(most, said[k]!);
            direction = said[count - 1]! - said[0]!;
            confidence = (most * count - 1) / (count - 1);
          }
        }
        out.direction[i] = direction;
        out.confidence[i] = confidence;
        out.volatility[i] = volatility;
      }
    },
    save() {
      const { means, deviations, classes, deviation, learner } = expectFitted(name, fit, fit?.means.length ?? 0);
      const own = Object.entries(learner.arrays()).map(([key, values]) => [`learned.${key}`, values.slice()]);
      return {
        name,
        version,
        meta: { options: spec.options },
        arrays: {
          means: means.slice(),
          deviations: deviations.slice(),
          classes: classes.slice(),
          deviation: Float64Array.of(deviation),
          ...Object.fromEntries(own),
        },
      };
    },
    load(saved) {
      expectSaved(saved, name, version, ['means', 'deviations', 'classes', 'deviation']);
      const { means, deviations, classes, deviation, ...rest } = saved.arrays;
      const own = Object.entries(rest).map(([key, values]) => [key.replace('learned.', ''), values.slice()]);
      const shape = { width: means!.length, classes: classes!.length };
      const learner = spec.revive(Object.fromEntries(own), shape);
      fit = {
        means: means!.slice(),
        deviations: deviations!.slice(),
        classes: classes!.slice(),
        deviation: deviation![0]!,
        learner,
      };
    },
    importance() {
      const { learner, means } = expectFitted(name, fit, fit?.means.length ?? 0);
      return learner.importance?.() ?? new Float64Array(means.length).fill(1 / means.length);
    },
    update(row, target) {
      const known = expectFitted(name, fit, row.length);
      const { learner, classes } = known;
      if (!learner.learn)
        throw new TidegateError('MODEL_NOT_ONLINE', `model "${name}" does not learn row by row`, {
          remedy: 'Train it anew, or take an online model such as "online-linear".',
        });
      const y = classes.length === 0 ? target : classes.indexOf(target);
      const x = new Float64Array(row.length);
      const columns = Array.from(row, (value) => Float64Array.of(value));
      if (y < 0 || !Number.isFinite(target) || !scaleRow(columns, 0, known, x)) return;
      learner.learn(x, y);
    },
  };
}

/** @returns false when every feature is missing */
function scaleRow(
  columns: readonly Float64Array[],
  i: number,
  { means, deviations }: Scaling,
  x: Float64Array,
): boolean {
  let known = 0;
  for (let c = 0; c < columns.length; c++) {
    const value = columns[c]![i]!;
    if (Number.isNaN(value)) x[c] = 0;
    else {
      x[c] = (value - means[c]!) / deviations[c]!;
      known++;
    }
  }
  return known > 0;
}

function vectorRows(
  { name, task }: VectorModuleSpec,
  dataset: Dataset,
): VectorRows & { readonly labels: Float64Array } {
  const { columns, labels, weights, availableAt, labelAt, classes, deviation } = learningRows(name, dataset, task, 2);
  const order = Array.from(labels.keys()).sort((a, b) => availableAt[a]! - availableAt[b]! || a - b);
  const sorted = (column: Float64Array) => pickValues(column, order);
  const scaled = scaledRows(name, {
    names: dataset.names,
    columns: columns.map(sorted),
    rows: labels.length,
    target: sorted(labels),
    availableAt: sorted(availableAt),
    labelAt: sorted(labelAt),
    ...(weights && { weights: sorted(weights) }),
    ...(dataset.featureWeights && { featureWeights: dataset.featureWeights }),
  });
  return { ...scaled, classes: classes.length, labels: classes, deviation };
}
