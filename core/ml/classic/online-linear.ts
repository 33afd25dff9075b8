import { ftrl } from '../online/ftrl.ts';
import type { OnlineModel, OnlineState, OnlineTask } from '../online/online-model.ts';
import { passiveAggressive } from '../online/passive-aggressive.ts';
import { sgd } from '../online/sgd.ts';
import type { VectorLearner, VectorRows } from './vector-module.ts';

export interface OnlineLinearOptions {
  readonly rule: 'sgd' | 'ftrl' | 'passive-aggressive';
  /** Step size; of passive-aggressive the most that one row may move the weights. */
  readonly rate: number;
  readonly l1: number;
  readonly l2: number;
  /** Times that training goes through the rows; each row is learned once by `update`. */
  readonly passes: number;
}

/**
 * A linear model that learns row by row, in order of time. Two classes are one model, more are one against the rest each. A real-valued target is
 * learned in units of its deviation in training, since step sizes suppose numbers near 1.
 */
export const onlineLinear = {
  train(rows: VectorRows, options: OnlineLinearOptions): VectorLearner {
    const { width, values, target, weights, classes, deviation } = rows;
    const unit = classes === 0 && deviation > 0 ? deviation : 1;
    const models = Array.from({ length: classes > 2 ? classes : 1 }, () => made(width, options, classes === 0));
    const learner = learnerOf(models, width, classes, unit);
    for (let pass = 0; pass < options.passes; pass++)
      for (let r = 0; r < rows.rows; r++)
        learn(models, values.subarray(r * width, (r + 1) * width), target[r]!, classes, unit, weights[r]!);
    return learner;
  },
  revive(
    arrays: Readonly<Record<string, Float64Array>>,
    { width, classes }: { readonly width: number; readonly classes: number },
    options: OnlineLinearOptions,
  ): VectorLearner {
    const models = Array.from({ length: classes > 2 ? classes : 1 }, (_, m) => {
      const own = Object.entries(arrays).filter(([key]) => key.startsWith(`${m}.`));
      const from = Object.fromEntries(own.map(([key, values]) => [key.slice(`${m}.`.length), values]));
      return made(width, options, classes === 0, from);
    });
    return learnerOf(models, width, classes, arrays.unit![0]!);
  },
};

function made(width: number, options: OnlineLinearOptions, isReal: boolean, from?: OnlineState): OnlineModel {
  const { rule, rate, l1, l2 } = options;
  const task: OnlineTask = isReal ? 'regression' : 'classification';
  const common = { task, ...(from && { from }) };
  if (rule === 'sgd') return sgd(width, { ...common, rate, l2 });
  if (rule === 'ftrl') return ftrl(width, { ...common, alpha: rate, l1, l2 });
  return passiveAggressive(width, { ...common, aggressiveness: rate });
}

function learn(
  models: readonly OnlineModel[],
  x: Float64Array,
  y: number,
  classes: number,
  unit: number,
  weight = 1,
): void {
  if (classes === 0) models[0]!.learn(x, y / unit, weight);
  else if (models.length === 1) models[0]!.learn(x, y, weight);
  else for (const [k, model] of models.entries()) model.learn(x, k === y ? 1 : 0, weight);
}

function learnerOf(models: readonly OnlineModel[], width: number, classes: number, unit: number): VectorLearner {
  return {
    arrays: () => ({
      unit: Float64Array.of(unit),
      ...Object.fromEntries(
        models.flatMap((model, m) => Object.entries(model.state()).map(([key, values]) => [`${m}.${key}`, values])),
      ),
    }),
    score(x, out) {
      if (classes === 0) out[0] = models[0]!.predict(x) * unit;
      else if (models.length === 1) {
        out[1] = models[0]!.predict(x);
        out[0] = 1 - out[1];
      } else {
        let sum = 0;
        for (const [k, model] of models.entries()) {
          out[k] = model.predict(x);
          sum += out[k]!;
        }
        for (let k = 0; k < out.length; k++) out[k] = sum > 0 ? out[k]! / sum : 1 / out.length;
      }
    },
    importance() {
      // A step of one deviation of a feature from the mean of all: what it moves the answer by.
      const zero = new Float64Array(width);
      const sizes = Float64Array.from({ length: width }, (_, c) => {
        const moved = zero.slice();
        moved[c] = 1;
        return models.reduce((sum, model) => sum + Math.abs(model.predict(moved) - model.predict(zero)), 0);
      });
      const total = sizes.reduce((a, b) => a + b, 0);
      return sizes.map((size) => (total > 0 ? size / total : 1 / width));
    },
    learn: (x, y) => learn(models, x, y, classes, unit),
  };
}
