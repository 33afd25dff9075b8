import { TidegateError } from '../../foundation/errors.ts';
import { normalCdf } from '../../foundation/normal.ts';
import type { ModelModule, SavedModel } from '../../ports/learning-modules.ts';
import { expectSaved } from '../linear/saved.ts';
import { gainImportance } from '../trees/importance.ts';
import { predictInto } from '../trees/predict.ts';
import { loadTrees, saveTrees } from '../trees/save.ts';
import type { TreeModel } from '../trees/tree-model.ts';
import { type LearningRows, learningRows, type Task } from './learning-rows.ts';
import { centredScores } from './ranked-rows.ts';

/** Trees as a model module: what they are called, and how they are grown. */
export interface TreeModuleSpec {
  readonly name: string;
  /** Of the saved form. */
  readonly version: number;
  readonly task: Task;
  /** Rows with a label that are needed at least. */
  readonly leastRows: number;
  /** The module's options, kept with the saved model. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly train: (rows: LearningRows, names: readonly string[]) => TreeModel;
  /** The trees learn the order of the rows of one time. */
  readonly ranks?: boolean;
}

/** What was learned: trees, the labels of their classes (empty: real-valued), and the deviation of a real-valued label. */
export interface TreeFit {
  readonly trees: TreeModel;
  readonly classes: Float64Array;
  readonly deviation: number;
}

/**
 * A model module over trees. Classes: direction is P(highest label) - P(lowest), confidence the largest probability scaled from equal odds (0)
 * to certainty (1), volatility NaN. Real values: direction is 2 Φ(mean / deviation) - 1, confidence its size, volatility the deviation of the
 * label in training (trees' own training residuals are far too small to be believed). A ranking: direction is 2 Φ(score / deviation of scores) - 1,
 * the place that a row may expect among those of its time; volatility NaN. NaN where every feature is missing.
 */
export function treeModule(spec: TreeModuleSpec): ModelModule {
  const { name, version, options } = spec;
  let fit: TreeFit | null = null;
  return {
    name,
    weighsFeatures: true,
    ...(spec.ranks && { ranks: true }),
    fit(dataset) {
      const rows = learningRows(name, dataset, spec.task, spec.leastRows);
      const names = dataset.names.map((n) => n.replace(/\s+/g, '_') || '_');
      const trees = asModelData(name, () => spec.train(rows, names));
      fit = {
        trees,
        classes: rows.classes,
        deviation: rows.deviation,
        ...(isRanking(trees) && centredScores(trees, rows)),
      };
    },
    predictInto(columns, out, from, to) {
      predictFit(expectTrees(name, fit, columns.length), columns, out, from, to);
    },
    save: () => savedTrees(name, version, options, expectTrees(name, fit)),
    load(saved) {
      fit = loadedTrees(saved, name, version);
    },
    importance: () => treeShares(expectTrees(name, fit).trees),
  };
}

/** Writes what trees say of rows [from, to): see `treeModule`. */
export function predictFit(
  { trees, classes, deviation }: TreeFit,
  columns: readonly Float64Array[],
  out: Parameters<ModelModule['predictInto']>[1],
  from: number,
  to: number,
): void {
  const { outputs } = trees;
  const said = new Float64Array((to - from) * outputs);
  predictInto(
    trees,
    columns.map((column) => column.subarray(from, to)),
    said,
    0,
    to - from,
  );
  const count = Math.max(2, classes.length);
  const isRank = isRanking(trees);
  for (let i = from; i < to; i++) {
    const at = (i - from) * outputs;
    let direction = Number.NaN;
    let confidence = Number.NaN;
    let volatility = Number.NaN;
    if (columns.some((column) => !Number.isNaN(column[i]!))) {
      if (classes.length === 0) {
        const mean = said[at]!;
        direction = deviation > 0 ? 2 * normalCdf(mean / deviation) - 1 : Math.sign(mean);
        confidence = Math.abs(direction);
        volatility = isRank ? Number.NaN : deviation;
      } else {
        // Forests of regression trees can leave [0, 1] by a rounding error.
        const top = Math.min(1, Math.max(0, said[at + outputs - 1]!));
        const bottom = outputs === 1 ? 1 - top : said[at]!;
        let most = Math.max(top, bottom);
        for (let k = 1; k < outputs - 1; k++) most = Math.max(most, said[at + k]!);
        direction = top - bottom;
        confidence = (most * count - 1) / (count - 1);
      }
    }
    out.direction[i] = direction;
    out.confidence[i] = confidence;
    out.volatility[i] = volatility;
  }
}

/** The saved form: bytes of the trees as 32-bit words, each held exactly by a double. */
export function savedTrees(
  name: string,
  version: number,
  options: Readonly<Record<string, unknown>>,
  fit: TreeFit,
): SavedModel {
  const bytes = saveTrees(fit.trees);
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return {
    name,
    version,
    meta: { options, features: fit.trees.featureNames, bytes: bytes.length },
    arrays: {
      trees: Float64Array.from(new Uint32Array(padded.buffer)),
      classes: fit.classes.slice(),
      deviation: Float64Array.of(fit.deviation),
    },
  };
}

/** Reads what `savedTrees` made; every index is checked. @throws TidegateError MODEL_MISMATCH, TREES_MODEL_CORRUPT */
export function loadedTrees(saved: SavedModel, name: string, version: number): TreeFit {
  expectSaved(saved, name, version, ['trees', 'classes', 'deviation']);
  const { trees, classes, deviation } = saved.arrays;
  const bytes = new Uint8Array(Uint32Array.from(trees!).buffer).subarray(0, Number(saved.meta.bytes));
  const loaded = loadTrees(bytes, `model "${name}"`);
  const outputs = classes!.length <= 2 ? 1 : classes!.length;
  if (deviation!.length !== 1 || loaded.outputs !== outputs)
    throw new TidegateError('MODEL_MISMATCH', `the saved model has ${loaded.outputs} outputs for ${outputs}`, {
      where: `model "${name}"`,
      remedy: 'Restore the file, or train anew.',
    });
  return { trees: loaded, classes: classes!.slice(), deviation: deviation![0]! };
}

function isRanking({ objective }: TreeModel): boolean {
  return objective === 'lambdarank';
}

/** Share of each feature in the total gain; equal shares when nothing was split. */
export function treeShares(trees: TreeModel): Float64Array {
  const gains = gainImportance(trees);
  const sum = gains.reduce((a, b) => a + b, 0);
  return gains.map((gain) => (sum > 0 ? gain / sum : 1 / gains.length));
}

/** @throws TidegateError MODEL_NOT_FITTED, and MODEL_MISMATCH unless `width` is the number of features learned from */
export function expectTrees(name: string, fit: TreeFit | null, width?: number): TreeFit {
  if (fit === null)
    throw new TidegateError('MODEL_NOT_FITTED', `model "${name}" has learned nothing yet`, {
      remedy: 'Train it (tidegate train), or load a saved one.',
    });
  const learned = fit.trees.featureNames.length;
  if (width !== undefined && learned !== width)
    throw new TidegateError('MODEL_MISMATCH', `model "${name}" learned from ${learned} features, got ${width}`, {
      remedy: 'Give it the features that it was trained on, in the same order.',
    });
  return fit;
}

/** What the trainer refuses in the data, in the words of the model contract. */
function asModelData<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (
      !(cause instanceof TidegateError) ||
      !/^TREES_(ROWS|LABEL|ONE_CLASS|CONSTANT|INFINITE|WEIGHT)$/.test(cause.code)
    )
      throw cause;
    throw new TidegateError('MODEL_DATA', `model "${name}" cannot learn from this: ${cause.message}`, {
      remedy: cause.remedy || 'Look at the features and the label of these rows.',
      cause,
    });
  }
}
