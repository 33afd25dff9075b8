import { checkRate, checkRow, logistic, type OnlineModel, type OnlineState, type OnlineTask } from './online-model.ts';

export interface SgdOptions {
  readonly task: OnlineTask;
  /** First step size (default 0.1); step t has rate / sqrt(1 + t / 1000). */
  readonly rate?: number;
  /** Penalty on squared weights (default 0.0001), the intercept free. */
  readonly l2?: number;
  readonly from?: OnlineState;
}

/**
 * Stochastic gradient descent on log loss or squared error (Robbins and Monro 1951). Gradients of the squared error are cut at 10, so that
 * one outlier cannot throw the weights away. @throws TidegateError ONLINE_OPTION
 */
export function sgd(features: number, { task, rate = 0.1, l2 = 1e-4, from }: SgdOptions): OnlineModel {
  checkRate('rate', rate, Number.MIN_VALUE);
  checkRate('l2', l2, 0);
  const weights = from ? from.weights!.slice() : new Float64Array(features + 1);
  const rows = from ? from.rows!.slice() : new Float64Array(1);
  const raw = (x: ArrayLike<number>) => {
    let sum = weights[features]!;
    for (let i = 0; i < features; i++) sum += weights[i]! * x[i]!;
    return sum;
  };
  const predict = (x: ArrayLike<number>) => (task === 'classification' ? logistic(raw(x)) : raw(x));
  return {
    predict,
    learn(x, y, weight = 1) {
      checkRow(x, y, features, task);
      const step = rate / Math.sqrt(1 + rows[0]! / 1000);
      const gradient = weight * Math.max(-10, Math.min(10, predict(x) - y));
      for (let i = 0; i < features; i++) weights[i]! -= step * (gradient * x[i]! + l2 * weights[i]!);
      weights[features]! -= step * gradient;
      rows[0]!++;
    },
    state: () => ({ weights: weights.slice(), rows: rows.slice() }),
  };
}
