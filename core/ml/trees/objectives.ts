import { rankObjective } from './lambdarank.ts';
import { sigmoid } from './output.ts';
import { weighGradients } from './weigh-gradients.ts';

/** What boosting minimises. `custom` runs on the calling thread; all others are plain data that workers rebuild. */
export type ObjectiveSpec =
  | { readonly kind: 'regression' | 'regression_l1' | 'poisson' }
  /** `alpha`: residual beyond which the loss is linear. */
  | { readonly kind: 'huber'; readonly alpha: number }
  /** `alpha`: the quantile, in (0, 1). */
  | { readonly kind: 'quantile'; readonly alpha: number }
  /** Labels 0 and 1; `positiveWeight` multiplies the weight of the ones. */
  | { readonly kind: 'binary'; readonly positiveWeight?: number }
  /** Labels 0 .. classes - 1, softmax. */
  | { readonly kind: 'multiclass'; readonly classes: number }
  /** Labels are relevance grades; `truncation` = depth of the list that counts (default 30). */
  | { readonly kind: 'lambdarank'; readonly groups: readonly number[]; readonly truncation?: number }
  | {
      readonly kind: 'custom';
      /** Writes gradient and hessian of row i to gh[2i] and gh[2i + 1]. */
      readonly gradients: (raw: Float64Array, labels: Float64Array, gh: Float64Array) => void;
      /** Mean loss, for early stopping; lower is better. */
      readonly loss?: (raw: Float64Array, labels: Float64Array) => number;
      /** Raw score before the first tree (default 0). */
      readonly start?: number;
    };

/** Scores of all rows for one output after another: output k of row i is `scores[k * rows + i]`. */
export interface Objective {
  /** In LightGBM's words, for the model. */
  readonly text: string;
  readonly outputs: number;
  /** Gradients of a row need nothing but that row, so that threads can share the rows. */
  readonly isRowWise: boolean;
  /** Leaf values are set to this percentile of the residuals, where the gradient alone would not give the size. */
  readonly percentile?: number;
  /** Set where the gradients are the logistic loss's, with this weight of label 1: a kernel of its own computes them. */
  readonly logisticWeight?: number;
  start(labels: Float64Array, weights: Float64Array | undefined): number[];
  gradients(input: GradientInput, output: number, from: number, to: number): void;
  /** Mean loss of the scores; lower is better. */
  loss(scores: Float64Array, labels: Float64Array, weights: Float64Array | undefined): number;
}

/** What gradients are computed from, and `gh`, where they go in pairs. */
export interface GradientInput {
  readonly rows: number;
  readonly scores: Float64Array;
  readonly labels: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly gh: Float64Array;
}

/** Gradient, hessian and loss of one row; `start` from the weighted mean label. */
interface Pointwise {
  readonly text: string;
  readonly percentile?: number;
  readonly startFrom: (mean: number, labels: Float64Array, weights: Float64Array | undefined) => number;
  readonly gradients: Objective['gradients'];
  readonly loss: (score: number, label: number) => number;
}

/** The objective of a spec. */
export function makeObjective(spec: ObjectiveSpec): Objective {
  switch (spec.kind) {
    case 'regression':
      return pointwise({
        text: 'regression',
        startFrom: (mean) => mean,
        gradients: perRow(
          (s, y) => s - y,
          () => 1,
        ),
        loss: (s, y) => (s - y) ** 2,
      });
    case 'regression_l1':
      return pointwise({
        text: 'regression_l1',
        percentile: 0.5,
        startFrom: (_, labels, weights) => percentileOf(labels, weights, 0.5),
        gradients: perRow(
          (s, y) => Math.sign(s - y),
          () => 1,
        ),
        loss: (s, y) => Math.abs(s - y),
      });
    case 'huber':
      return pointwise({
        text: 'huber',
        startFrom: (mean) => mean,
        gradients: perRow(
          (s, y) => Math.min(spec.alpha, Math.max(-spec.alpha, s - y)),
          () => 1,
        ),
        loss: (s, y) => {
          const r = Math.abs(s - y);
          return r <= spec.alpha ? 0.5 * r * r : spec.alpha * (r - 0.5 * spec.alpha);
        },
      });
    case 'quantile':
      return pointwise({
        text: 'quantile',
        percentile: spec.alpha,
        startFrom: (_, labels, weights) => percentileOf(labels, weights, spec.alpha),
        gradients: perRow(
          (s, y) => (s >= y ? 1 - spec.alpha : -spec.alpha),
          () => 1,
        ),
        loss: (s, y) => (y - s) * (y >= s ? spec.alpha : spec.alpha - 1),
      });
    case 'poisson':
      // The hessian is inflated by e^0.7, LightGBM's poisson_max_delta_step, to keep early steps safe.
      return pointwise({
        text: 'poisson',
        startFrom: (mean) => Math.log(mean),
        gradients: perRow(
          (s, y) => Math.exp(s) - y,
          (s) => Math.exp(s + 0.7),
        ),
        loss: (s, y) => Math.exp(s) - y * s,
      });
    case 'binary':
      return binary(spec.positiveWeight ?? 1);
    case 'multiclass':
      return multiclass(spec.classes);
    case 'lambdarank':
      return rankObjective(spec.groups, spec.truncation ?? 30);
    case 'custom':
      return {
        text: 'custom',
        outputs: 1,
        isRowWise: false,
        start: () => [spec.start ?? 0],
        gradients({ scores, labels, weights, gh, rows }) {
          spec.gradients(scores.slice(0, rows), labels, gh);
          if (weights) weighGradients(gh, weights, rows);
        },
        loss: (scores, labels) => spec.loss?.(scores, labels) ?? Number.NaN,
      };
  }
}

function perRow(
  gradient: (score: number, label: number) => number,
  hessian: (score: number) => number,
): Objective['gradients'] {
  return ({ scores, labels, weights, gh }, _, from, to) => {
    for (let i = from; i < to; i++) {
      const w = weights ? weights[i]! : 1;
      gh[2 * i] = gradient(scores[i]!, labels[i]!) * w;
      gh[2 * i + 1] = hessian(scores[i]!) * w;
    }
  };
}

function pointwise(of: Pointwise): Objective {
  return {
    text: of.text,
    outputs: 1,
    isRowWise: true,
    ...(of.percentile === undefined ? {} : { percentile: of.percentile }),
    start: (labels, weights) => [of.startFrom(weightedMean(labels, weights), labels, weights)],
    gradients: of.gradients,
    loss(scores, labels, weights) {
      let sum = 0;
      let total = 0;
      for (let i = 0; i < labels.length; i++) {
        const w = weights ? weights[i]! : 1;
        sum += w * of.loss(scores[i]!, labels[i]!);
        total += w;
      }
      return sum / total;
    },
  };
}

function binary(positiveWeight: number): Objective {
  const weightOf = (label: number) => (label === 1 ? positiveWeight : 1);
  const base = pointwise({
    text: 'binary sigmoid:1',
    startFrom(_, labels, weights) {
      let up = 0;
      let total = 0;
      for (let i = 0; i < labels.length; i++) {
        const w = weightOf(labels[i]!) * (weights ? weights[i]! : 1);
        up += w * labels[i]!;
        total += w;
      }
      return Math.log(up / (total - up));
    },
    gradients({ scores, labels, weights, gh }, _, from, to) {
      for (let i = from; i < to; i++) {
        const p = sigmoid(scores[i]!);
        const w = (labels[i] === 1 ? positiveWeight : 1) * (weights ? weights[i]! : 1);
        gh[2 * i] = (p - labels[i]!) * w;
        gh[2 * i + 1] = p * (1 - p) * w;
      }
    },
    loss: (s, y) => Math.log1p(Math.exp(-Math.abs(s))) + Math.max(s, 0) - s * y,
  });
  return { ...base, logisticWeight: positiveWeight };
}

function multiclass(classes: number): Objective {
  const factor = classes / (classes - 1);
  return {
    text: `multiclass num_class:${classes}`,
    outputs: classes,
    isRowWise: true,
    start(labels, weights) {
      const share = new Array<number>(classes).fill(0);
      let total = 0;
      for (let i = 0; i < labels.length; i++) {
        const w = weights ? weights[i]! : 1;
        share[labels[i]!]! += w;
        total += w;
      }
      return share.map((s) => Math.log(Math.max(s / total, 1e-15)));
    },
    gradients({ rows, scores, labels, weights, gh }, output, from, to) {
      for (let i = from; i < to; i++) {
        let top = Number.NEGATIVE_INFINITY;
        for (let k = 0; k < classes; k++) top = Math.max(top, scores[k * rows + i]!);
        let sum = 0;
        for (let k = 0; k < classes; k++) sum += Math.exp(scores[k * rows + i]! - top);
        const p = Math.exp(scores[output * rows + i]! - top) / sum;
        const w = weights ? weights[i]! : 1;
        gh[2 * i] = (p - (labels[i] === output ? 1 : 0)) * w;
        gh[2 * i + 1] = factor * p * (1 - p) * w;
      }
    },
    loss(scores, labels, weights) {
      const rows = labels.length;
      let loss = 0;
      let total = 0;
      for (let i = 0; i < rows; i++) {
        let top = Number.NEGATIVE_INFINITY;
        for (let k = 0; k < classes; k++) top = Math.max(top, scores[k * rows + i]!);
        let sum = 0;
        for (let k = 0; k < classes; k++) sum += Math.exp(scores[k * rows + i]! - top);
        const w = weights ? weights[i]! : 1;
        loss += w * (Math.log(sum) + top - scores[labels[i]! * rows + i]!);
        total += w;
      }
      return loss / total;
    },
  };
}

function weightedMean(values: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const w = weights ? weights[i]! : 1;
    sum += w * values[i]!;
    total += w;
  }
  return sum / total;
}

/** The `alpha` percentile of values: linear between order statistics, or the smallest value that holds `alpha` of the weight. */
export function percentileOf(values: Float64Array, weights: Float64Array | undefined, alpha: number): number {
  if (values.length === 0) return 0;
  if (!weights) {
    const sorted = values.slice().sort();
    const at = alpha * (sorted.length - 1);
    const below = Math.floor(at);
    const low = sorted[below]!;
    return low + (at - below) * ((sorted[below + 1] ?? low) - low);
  }
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b);
  const total = weights.reduce((sum, w) => sum + w, 0);
  let seen = 0;
  for (const i of order) {
    seen += weights[i]!;
    if (seen >= alpha * total) return values[i]!;
  }
  return values[order[order.length - 1]!]!;
}
