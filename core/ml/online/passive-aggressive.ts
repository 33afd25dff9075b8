import { checkRate, checkRow, logistic, type OnlineModel, type OnlineState, type OnlineTask } from './online-model.ts';

export interface PassiveAggressiveOptions {
  readonly task: OnlineTask;
  /** Most that one row may move the weights (default 0.1). */
  readonly aggressiveness?: number;
  /** Regression: errors up to this cost nothing (default 0.1). */
  readonly tolerance?: number;
  readonly from?: OnlineState;
}

/**
 * Passive-aggressive learning (Crammer et al. 2006, PA-I): no move while the margin holds, else the smallest move that restores it, up to
 * `aggressiveness`. Class predictions are the logistic of the margin: an order, not a calibrated probability. @throws TidegateError ONLINE_OPTION
 */
export function passiveAggressive(
  features: number,
  { task, aggressiveness = 0.1, tolerance = 0.1, from }: PassiveAggressiveOptions,
): OnlineModel {
  checkRate('aggressiveness', aggressiveness, Number.MIN_VALUE);
  checkRate('tolerance', tolerance, 0);
  const weights = from ? from.weights!.slice() : new Float64Array(features + 1);
  const raw = (x: ArrayLike<number>) => {
    let sum = weights[features]!;
    for (let i = 0; i < features; i++) sum += weights[i]! * x[i]!;
    return sum;
  };
  return {
    predict: (x) => (task === 'classification' ? logistic(raw(x)) : raw(x)),
    learn(x, y, weight = 1) {
      checkRow(x, y, features, task);
      let square = 1;
      for (let i = 0; i < features; i++) square += x[i]! * x[i]!;
      const sign = task === 'classification' ? 2 * y - 1 : Math.sign(y - raw(x));
      const loss =
        task === 'classification' ? Math.max(0, 1 - sign * raw(x)) : Math.max(0, Math.abs(y - raw(x)) - tolerance);
      const step = sign * Math.min(weight * aggressiveness, loss / square);
      for (let i = 0; i < features; i++) weights[i]! += step * x[i]!;
      weights[features]! += step;
    },
    state: () => ({ weights: weights.slice() }),
  };
}
