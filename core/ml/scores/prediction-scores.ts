import { normalQuantile } from '../../foundation/normal.ts';
import type { Predictions } from '../../ports/learning-modules.ts';
import { spearmanMatrix } from '../selection/correlation.ts';
import { areaUnderCurve } from './area-under-curve.ts';

/** How predictions fared against labels. NaN where a figure is not defined (no rows, one class). */
export interface PredictionScores {
  /** Rows with a prediction and a label. */
  readonly rows: number;
  /** Rows that ask "up or down?": all but those of a middle class or of a label of 0. The classification figures are of these. */
  readonly moved: number;
  /** Share of them that went up: what always saying "up" would hit. */
  readonly upShare: number;
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly auc: number;
  readonly logLoss: number;
  /** Matthews correlation coefficient. */
  readonly mcc: number;
  /** Of P(up) against 1 and 0 for directions (mse is then the Brier score), of the expected value for real-valued labels. */
  readonly mse: number;
  readonly mae: number;
  readonly r2: number;
  /** Information coefficient: Spearman's rank correlation of direction and label over all rows. */
  readonly ic: number;
  /** The same among the pairs of one time, the mean over times; absent for one pair. */
  readonly icAcross?: number;
  /** Hit rate among the rows with the strongest directions. */
  readonly byConfidence: readonly { readonly share: number; readonly rows: number; readonly hitRate: number }[];
}

const SHARES = [1, 0.5, 0.2, 0.1, 0.05];

/**
 * Scores predictions. P(up) is (1 + direction) / 2. With `classes` 3 the label's 0 is neither up nor down; with 2 the lower label is down; with
 * 0 the label is real-valued, up above 0, and its expected value is read back from direction and volatility.
 */
export function predictionScores(said: Predictions, target: Float64Array, classes: number): PredictionScores {
  const known = Array.from(target.keys()).filter((i) => !Number.isNaN(said.direction[i]!) && !Number.isNaN(target[i]!));
  const top = known.reduce((most, i) => Math.max(most, target[i]!), Number.NEGATIVE_INFINITY);
  const isUp = (y: number) => (classes === 2 ? y === top : y > 0);
  const moved = known.filter((i) => classes === 2 || target[i] !== 0);
  const up = Float64Array.from(moved, (i) => (isUp(target[i]!) ? 1 : 0));
  const p = Float64Array.from(moved, (i) => (1 + said.direction[i]!) / 2);
  const isHit = (k: number) => (p[k]! > 0.5 ? 1 : 0) === up[k];
  const { tp, fp, fn, tn } = confusion(p, up);
  const upShare = (tp + fn) / moved.length;
  // A label that is never below 0, such as a volatility, does not ask "up or down?".
  const isAsked = classes !== 0 || (upShare > 0 && upShare < 1);
  const asked = (figure: number) => (isAsked ? figure : Number.NaN);
  const order = Array.from(moved.keys()).sort(
    (a, b) => Math.abs(said.direction[moved[b]!]!) - Math.abs(said.direction[moved[a]!]!) || a - b,
  );
  const direction = Float64Array.from(known, (i) => said.direction[i]!);
  const labels = Float64Array.from(known, (i) => target[i]!);
  return {
    rows: known.length,
    moved: moved.length,
    upShare,
    accuracy: asked((tp + tn) / moved.length),
    precision: asked(tp / (tp + fp)),
    recall: asked(tp / (tp + fn)),
    f1: asked((2 * tp) / (2 * tp + fp + fn)),
    auc: areaUnderCurve(p, up),
    logLoss: asked(logLoss(p, up)),
    mcc: (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)),
    ...(classes === 0 ? errors(expectedValues(said, known), labels) : errors(p, up)),
    ic: known.length > 1 ? spearmanMatrix([direction, labels])[0]![1]! : Number.NaN,
    byConfidence: SHARES.map((share) => {
      const surest = order.slice(0, Math.max(1, Math.round(share * order.length)));
      return { share, rows: surest.length, hitRate: asked(surest.filter(isHit).length / surest.length) };
    }),
  };
}

function confusion(p: Float64Array, up: Float64Array) {
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (let k = 0; k < p.length; k++) {
    if (p[k]! > 0.5) counts[up[k] === 1 ? 'tp' : 'fp']++;
    else counts[up[k] === 1 ? 'fn' : 'tn']++;
  }
  return counts;
}

/** Mean of -ln P(what happened); probabilities are kept 1e-15 away from 0 and 1. */
function logLoss(p: Float64Array, up: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < p.length; k++) sum -= Math.log(Math.max(1e-15, up[k] === 1 ? p[k]! : 1 - p[k]!));
  return sum / p.length;
}

/** Modules say P(up) - P(down) of a normal variable: its mean is the deviation times the quantile. */
function expectedValues({ direction, volatility }: Predictions, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (i) => {
    const p = Math.min(1 - 1e-15, Math.max(1e-15, (1 + direction[i]!) / 2));
    return volatility[i]! * normalQuantile(p);
  });
}

function errors(predicted: Float64Array, actual: Float64Array) {
  const n = actual.length;
  const mean = actual.reduce((a, b) => a + b, 0) / n;
  let squares = 0;
  let absolute = 0;
  let spread = 0;
  for (let k = 0; k < n; k++) {
    const error = predicted[k]! - actual[k]!;
    squares += error * error;
    absolute += Math.abs(error);
    spread += (actual[k]! - mean) ** 2;
  }
  return { mse: squares / n, mae: absolute / n, r2: 1 - squares / spread };
}
