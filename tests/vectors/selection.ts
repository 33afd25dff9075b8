import { fitIsotonic, isotonicValue } from '../../core/ml/calibration/isotonic.ts';
import { fitPlatt, plattProbability } from '../../core/ml/calibration/platt.ts';
import { probabilityScores } from '../../core/ml/calibration/probability-scores.ts';
import { direction, forwardReturn } from '../../core/ml/labels/forward-return.ts';
import {
  differenceWeights,
  expandingDifference,
  fixedWidthDifference,
} from '../../core/ml/labels/fractional-difference.ts';
import { tripleBarrier } from '../../core/ml/labels/triple-barrier.ts';
import { boruta } from '../../core/ml/selection/boruta.ts';
import { spearmanMatrix } from '../../core/ml/selection/correlation.ts';
import { featureClusters, type Linkage } from '../../core/ml/selection/feature-clusters.ts';
import { linearImportance, logisticImportance } from '../../core/ml/selection/linear-importance.ts';
import {
  classInformation,
  continuousInformation,
  labelInformation,
} from '../../core/ml/selection/mutual-information.ts';
import { recursiveElimination } from '../../core/ml/selection/recursive-elimination.ts';
import { combinatorialPurged } from '../../core/ml/splits/combinatorial.ts';
import { purgedKFold } from '../../core/ml/splits/purged-k-fold.ts';
import { rangesOf } from '../../core/ml/splits/split.ts';
import { walkForward } from '../../core/ml/splits/walk-forward.ts';
import { difference } from './compare.ts';
import type { VectorCase, Verdict } from './types.ts';

type Numbers = readonly number[];
type Rows = readonly Numbers[];

function borutaCase(c: VectorCase): Verdict {
  const { X, y } = c.input as { X: Rows; y: Numbers };
  const p = c.params as {
    trees: number;
    max_depth: number;
    max_iter: number;
    alpha: number;
    perc: number;
    two_step: boolean;
  };
  const e = c.expected as { must_accept: Numbers; must_not_accept: Numbers };
  const isClasses = y.every((v) => Number.isInteger(v)) && new Set(y).size <= 20;
  const found = boruta(columnsOf(X), Float64Array.from(y), {
    target: isClasses ? { kind: 'classification', classes: Math.max(...y) + 1 } : { kind: 'regression' },
    trees: p.trees,
    maxDepth: p.max_depth,
    maxRounds: p.max_iter,
    alpha: p.alpha,
    percentile: p.perc,
    isTwoStep: p.two_step,
    seed: 1,
  });
  const missed = e.must_accept.filter((f) => !found.accepted.includes(f));
  const wrong = e.must_not_accept.filter((f) => found.accepted.includes(f));
  const passed = missed.length === 0 && wrong.length <= 1;
  const { accepted, tentative, rejected } = found;
  return {
    computed: { accepted, tentative, rejected },
    passed,
    ...(!passed && { why: `missed [${missed}], wrongly accepted [${wrong}]` }),
  };
}

function rfeCase(c: VectorCase): Verdict {
  const { X, y } = c.input as { X: Rows; y: Numbers };
  const { estimator, keep, step } = c.params as { estimator: string; keep: number; step: number };
  const importance = /logistic/i.test(estimator) ? logisticImportance : linearImportance;
  const computed = recursiveElimination(columnsOf(X), y, {
    importance: (columns, target) => importance(columns, target),
    keep,
    step,
  });
  const { selected, ranking } = c.expected as { selected: Numbers; ranking: Numbers };
  const why = difference(computed, { selected, ranking }, { rtol: 0, atol: 0 });
  return { computed, passed: why === null, ...(why !== null && { why }) };
}

function clusterCase(c: VectorCase): Verdict {
  const columns = columnsOf((c.input as { X: Rows }).X);
  const { method, threshold } = c.params as { method: Linkage; threshold: number };
  const found = featureClusters(columns, { linkage: method, threshold });
  const computed = {
    correlation: found.correlation,
    spearman: spearmanMatrix(columns),
    linkage: found.merges,
    labels: found.labels,
    representatives: [...found.representatives].sort((a, b) => a - b),
  };
  const e = c.expected as {
    correlation: Rows;
    spearman: Rows;
    linkage: Rows;
    labels: Numbers;
    representatives: Numbers;
  };
  const tolerance = { rtol: c.rtol ?? 0, atol: c.atol ?? 0 };
  const sides = (value: typeof computed | typeof e) => ({
    correlation: value.correlation,
    spearman: value.spearman,
    linkage: value.linkage.map((row) => [row[2], row[3]]),
    labels: partition(value.labels),
    representatives: [...value.representatives].sort((a, b) => a - b),
  });
  const why = difference(sides(computed), sides(e), tolerance);
  return { computed, passed: why === null, ...(why !== null && { why }) };
}

/** Cluster names replaced by the order in which they first appear. */
function partition(labels: Numbers): number[] {
  const seen = [...new Set(labels)];
  return labels.map((label) => seen.indexOf(label));
}

function informationCase(c: VectorCase): Verdict {
  const i = c.input as Record<'x' | 'z' | 'u' | 'y' | 'x_bins' | 'z_bins', Numbers>;
  const { k } = c.params as { k: number };
  const xz = labelInformation(i.x_bins, i.z_bins);
  const computed = {
    binned_mi_xz: xz.information,
    binned_nmi_xz: xz.normalised,
    binned_mi_xy: labelInformation(i.x_bins, i.y).information,
    knn_mi_class: [i.x, i.z, i.u].map((column) => classInformation(column, i.y, { k })),
    knn_mi_regression_on_x: [i.z, i.u].map((column) => continuousInformation(column, i.x, { k })),
  };
  const e = c.expected as typeof computed;
  const loose = { rtol: 0, atol: Number(c.knn_atol) };
  const { knn_mi_class, knn_mi_regression_on_x, ...binned } = e;
  const why =
    difference(computed, binned, { rtol: c.rtol ?? 0, atol: c.atol ?? 0 }) ??
    difference(computed, { knn_mi_class, knn_mi_regression_on_x }, loose);
  return { computed, passed: why === null, ...(why !== null && { why }) };
}

function barrierCase(c: VectorCase): unknown {
  const i = c.input as Record<'close' | 'high' | 'low' | 'vol' | 'events', Numbers>;
  const { pt, sl, horizon, touch } = c.params as { pt: number; sl: number; horizon: number; touch: string };
  const prices =
    touch === 'close'
      ? { close: i.close, volatility: i.vol }
      : { close: i.close, high: i.high, low: i.low, volatility: i.vol };
  const found = tripleBarrier(prices, i.events, { profit: pt, stop: sl, horizon });
  return {
    event: i.events,
    label: Array.from(found.label),
    touch_bar: Array.from(found.touchBar, (bar) => (bar < 0 ? null : bar)),
    return_at_touch_close: Array.from(found.returnAtTouch),
  };
}

function directionCase(c: VectorCase): unknown {
  const { close } = c.input as { close: Numbers };
  const { n, threshold } = c.params as { n: number; threshold: number };
  return {
    forward_return: Array.from(forwardReturn(close, n).target),
    label: Array.from(direction(close, { bars: n, threshold }).target),
    binary_up: Array.from(direction(close, { bars: n, threshold, classes: 2 }).target),
  };
}

function fractionalCase(c: VectorCase): unknown {
  const { x } = c.input as { x: Numbers };
  const { d, threshold } = c.params as { d: number; threshold: number };
  return {
    weights: Array.from(differenceWeights(d, { threshold, count: x.length })),
    fixed_width: Array.from(fixedWidthDifference(x, d, threshold)),
    expanding: Array.from(expandingDifference(x, d)),
  };
}

function kFoldCase(c: VectorCase): unknown {
  const { n_splits, embargo_pct } = c.params as { n_splits: number; embargo_pct: number };
  return purgedKFold((c.input as { t1: Numbers }).t1, { folds: n_splits, embargo: embargo_pct }).map(
    ({ train, test }) => ({
      test: rangesOf(test)[0],
      train_ranges: rangesOf(train),
    }),
  );
}

function combinatorialCase(c: VectorCase): unknown {
  const { n_groups, n_test_groups, embargo_pct } = c.params as {
    n_groups: number;
    n_test_groups: number;
    embargo_pct: number;
  };
  const found = combinatorialPurged((c.input as { t1: Numbers }).t1, {
    groups: n_groups,
    testGroups: n_test_groups,
    embargo: embargo_pct,
  });
  return {
    groups: found.groups,
    splits: found.splits.map(({ testGroups, train }) => ({ test_groups: testGroups, train_ranges: rangesOf(train) })),
    n_paths: found.paths.length,
    paths_split_index_by_group: found.paths,
  };
}

function walkForwardCase(c: VectorCase): unknown {
  const { train, test, step, gap, anchored } = c.params as {
    train: number;
    test: number;
    step: number;
    gap: number;
    anchored: boolean;
  };
  const splits = walkForward((c.input as { n: number }).n, { train, test, step, gap, isAnchored: anchored });
  return splits.map((split) => ({ train: rangesOf(split.train)[0], test: rangesOf(split.test)[0] }));
}

function plattCase(c: VectorCase): unknown {
  const { score, y, query } = c.input as Record<'score' | 'y' | 'query', Numbers>;
  const found = fitPlatt(score, y);
  return { ...found, prob: query.map((q) => plattProbability(found, q)) };
}

function isotonicCase(c: VectorCase): Verdict {
  const { score, y, query } = c.input as Record<'score' | 'y' | 'query', Numbers>;
  const curve = fitIsotonic(score, y);
  const computed = {
    thresholds_x: Array.from(curve.x),
    thresholds_y: Array.from(curve.y),
    prob: query.map((q) => isotonicValue(curve, q)),
    fitted: score.map((s) => isotonicValue(curve, s)),
  };
  const { prob, fitted } = c.expected as typeof computed;
  const why = difference(computed, { prob, fitted }, { rtol: c.rtol ?? 0, atol: c.atol ?? 0 });
  return { computed, passed: why === null, ...(why !== null && { why }) };
}

function scoresCase(c: VectorCase): unknown {
  const { p, y } = c.input as Record<'p' | 'y', Numbers>;
  const { brier, logLoss, calibrationError } = probabilityScores(p, y, (c.params as { bins: number }).bins);
  return { brier, logloss: logLoss, ece: calibrationError };
}

function columnsOf(X: Rows): Float64Array[] {
  return X[0]!.map((_, j) => Float64Array.from(X, (row) => row[j]!));
}

/** Cases of selection_labels.json by their `fn`. */
export const handlers: Record<string, (c: VectorCase) => unknown> = {
  BORUTA: borutaCase,
  RFE: rfeCase,
  HIERARCHICAL: clusterCase,
  MUTUAL_INFO: informationCase,
  TRIPLE_BARRIER: barrierCase,
  NBAR_DIRECTION: directionCase,
  FRACDIFF: fractionalCase,
  PURGED_KFOLD: kFoldCase,
  CPCV: combinatorialCase,
  WALK_FORWARD: walkForwardCase,
  PLATT: plattCase,
  ISOTONIC: isotonicCase,
  CALIBRATION_SCORES: scoresCase,
};
