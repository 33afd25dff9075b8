import { TidegateError } from '../../foundation/errors.ts';
import type { FeatureColumns } from './predict.ts';

/** Rows to learn from: `columns[f][i]` (NaN = missing) and one label per row. */
export interface TreeData {
  readonly columns: FeatureColumns;
  readonly labels: Float64Array;
  /** Weight of each row, >= 0; all 1 when absent. */
  readonly weights?: Float64Array;
  readonly featureNames?: readonly string[];
}

/** How trees grow. Names follow LightGBM's meaning; its defaults apply. */
export interface GrowOptions {
  /** Most leaves of a tree (default 31). */
  readonly leaves?: number;
  /** Deepest split (default 0 = no limit). */
  readonly maxDepth?: number;
  /** `leaf`: the best leaf anywhere is split next; `depth`: level by level. */
  readonly growth?: 'leaf' | 'depth';
  /** Least rows of a leaf (default 20). */
  readonly minDataInLeaf?: number;
  /** Least hessian sum of a leaf (default 1e-3). */
  readonly minHessianInLeaf?: number;
  readonly l1?: number;
  readonly l2?: number;
  /** A split must improve the objective by more than this (default 0). */
  readonly minGain?: number;
  /** Share of features that each split may choose from (default 1). */
  readonly featureFractionByNode?: number;
  /** One random threshold per feature and node instead of the best. */
  readonly extraTrees?: boolean;
  /** Per feature: 1 the prediction may only rise with it, -1 only fall, 0 free. */
  readonly monotone?: readonly number[];
  /** Per feature: the gain of its splits counts this much, above 0, at most 1 (LightGBM's feature_contri). */
  readonly featureWeights?: readonly number[];
  /** Indexes of category features (codes 0, 1, 2, …). */
  readonly categorical?: readonly number[];
  readonly catSmooth?: number;
  readonly catL2?: number;
  readonly maxCatThreshold?: number;
  readonly maxCatToOneHot?: number;
  readonly minDataPerGroup?: number;
  /** Bins per feature, 2..255 (default 255). */
  readonly maxBins?: number;
  /** Rows that bin bounds are found from, evenly spaced (default 50,000). */
  readonly sampleRows?: number;
  readonly seed?: number;
  /** Threads, the calling one included (default 1). The model does not depend on it. */
  readonly threads?: number;
  /** Use the plain loops instead of WebAssembly: same bits, slower. */
  readonly isPlain?: boolean;
}

/** Grow options with every default filled in. */
export type GrowPlan = Required<Omit<GrowOptions, 'monotone'>> & { readonly monotone: readonly number[] };

const DEFAULTS: GrowPlan = {
  leaves: 31,
  maxDepth: 0,
  growth: 'leaf',
  minDataInLeaf: 20,
  minHessianInLeaf: 1e-3,
  l1: 0,
  l2: 0,
  minGain: 0,
  featureFractionByNode: 1,
  extraTrees: false,
  monotone: [],
  featureWeights: [],
  categorical: [],
  catSmooth: 10,
  catL2: 10,
  maxCatThreshold: 32,
  maxCatToOneHot: 4,
  minDataPerGroup: 100,
  maxBins: 255,
  sampleRows: 50_000,
  seed: 0,
  threads: 1,
  isPlain: false,
};

const RANGES: Partial<Record<keyof GrowPlan, readonly [number, number, boolean]>> = {
  leaves: [2, 1 << 20, true],
  maxDepth: [0, 1000, true],
  minDataInLeaf: [1, 2 ** 31, true],
  minHessianInLeaf: [0, Number.MAX_VALUE, false],
  l1: [0, Number.MAX_VALUE, false],
  l2: [0, Number.MAX_VALUE, false],
  minGain: [0, Number.MAX_VALUE, false],
  featureFractionByNode: [1e-9, 1, false],
  catSmooth: [0, Number.MAX_VALUE, false],
  catL2: [0, Number.MAX_VALUE, false],
  maxCatThreshold: [1, 255, true],
  maxCatToOneHot: [1, 255, true],
  minDataPerGroup: [1, 2 ** 31, true],
  maxBins: [2, 255, true],
  sampleRows: [100, 2 ** 31, true],
  threads: [1, 64, true],
};

/** Fills in defaults and checks ranges. @throws TREES_OPTION naming the option, the value and the range */
export function growPlan(options: GrowOptions, features: number): GrowPlan {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const plan: GrowPlan = { ...DEFAULTS, ...given };
  for (const [name, [low, high, isInteger]] of Object.entries(RANGES) as [keyof GrowPlan, [number, number, boolean]][])
    checkNumber(name, plan[name] as number, low, high, isInteger);
  if (plan.monotone.length !== 0 && plan.monotone.length !== features)
    throw option('monotone', `${plan.monotone.length} values for ${features} features`, 'Give one of 1, 0, -1 each.');
  if (plan.monotone.some((m) => m !== 0 && m !== 1 && m !== -1))
    throw option(
      'monotone',
      `has the value ${plan.monotone.find((m) => Math.abs(m) !== 1 && m !== 0)}`,
      'Use 1, 0, -1.',
    );
  if (plan.featureWeights.length !== 0 && plan.featureWeights.length !== features)
    throw option('featureWeights', `${plan.featureWeights.length} values for ${features} features`, 'Give one each.');
  for (const w of plan.featureWeights)
    if (!(w > 0 && w <= 1)) throw option('featureWeights', `has the value ${w}`, 'Use numbers above 0, at most 1.');
  for (const f of plan.categorical) {
    if (!(Number.isInteger(f) && f >= 0 && f < features))
      throw option('categorical', `names feature ${f} of ${features}`, 'Use indexes from 0.');
    if (plan.monotone[f]) throw option('monotone', `constrains category feature ${f}`, 'Categories have no order.');
  }
  return plan;
}

/** @throws TREES_OPTION when a value is out of [low, high] or not an integer where one is needed */
export function checkNumber(name: string, value: number, low: number, high: number, isInteger: boolean): void {
  if (!(value >= low && value <= high) || (isInteger && !Number.isInteger(value)))
    throw option(name, `is ${value}`, `Use ${isInteger ? 'an integer' : 'a number'} from ${low} to ${high}.`);
}

function option(name: string, what: string, remedy: string): TidegateError {
  return new TidegateError('TREES_OPTION', `option ${name} ${what}`, { remedy });
}

/** Checks shapes, labels and weights before any work. @throws TREES_NO_FEATURES, TREES_ROWS, TREES_LABEL, TREES_WEIGHT, TREES_FEATURE_COUNT */
export function checkData(data: TreeData, minRows: number): void {
  const { columns, labels, weights, featureNames } = data;
  const rows = labels.length;
  if (columns.length === 0)
    throw new TidegateError('TREES_NO_FEATURES', 'the data has no feature columns', { remedy: 'Give at least one.' });
  if (rows < minRows)
    throw new TidegateError('TREES_ROWS', `${rows} rows are too few, a split needs ${minRows}`, {
      remedy: 'Use more history, or a smaller minDataInLeaf.',
      details: { rows, minRows },
    });
  columns.forEach((column, f) => {
    if (column.length !== rows)
      throw new TidegateError(
        'TREES_ROWS',
        `feature ${featureNames?.[f] ?? f} has ${column.length} rows, labels ${rows}`,
        { remedy: 'Give every column a value for each label.' },
      );
  });
  if (featureNames && featureNames.length !== columns.length)
    throw new TidegateError('TREES_FEATURE_COUNT', `${featureNames.length} names for ${columns.length} features`, {
      remedy: 'Give one name for each column.',
    });
  const badName = featureNames?.find((name) => /\s/.test(name) || name === '');
  if (badName !== undefined)
    throw new TidegateError('TREES_FEATURE_NAME', `feature name "${badName}" is empty or has blanks`, {
      remedy: 'Use letters, digits, dots and dashes.',
    });
  const badLabel = labels.findIndex((y) => !Number.isFinite(y));
  if (badLabel >= 0)
    throw new TidegateError('TREES_LABEL', `label of row ${badLabel} is ${labels[badLabel]}`, {
      remedy: 'Drop rows whose label is not known yet.',
      details: { row: badLabel },
    });
  if (!weights) return;
  const badWeight = weights.findIndex((w) => !(Number.isFinite(w) && w >= 0));
  if (weights.length !== rows || badWeight >= 0)
    throw new TidegateError(
      'TREES_WEIGHT',
      badWeight >= 0
        ? `weight of row ${badWeight} is ${weights[badWeight]}`
        : `${weights.length} weights, ${rows} rows`,
      { remedy: 'Give each row a finite weight of 0 or more.' },
    );
}

/** Labels of a classifier are 0 .. classes - 1 and at least two of them occur. @throws TREES_LABEL, TREES_ONE_CLASS */
export function checkClasses(labels: Float64Array, classes: number): void {
  const seen = new Set<number>();
  labels.forEach((y, i) => {
    if (!(Number.isInteger(y) && y >= 0 && y < classes))
      throw new TidegateError('TREES_LABEL', `label of row ${i} is ${y}, classes are 0 to ${classes - 1}`, {
        remedy: 'Number the classes from 0, or set classes to how many there are.',
      });
    seen.add(y);
  });
  if (seen.size < 2)
    throw new TidegateError('TREES_ONE_CLASS', `all ${labels.length} labels are ${[...seen][0]}`, {
      remedy: 'Choose a longer window or another label threshold; nothing can be learned from one class.',
    });
}
