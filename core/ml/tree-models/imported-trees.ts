import { createHash } from 'node:crypto';
import { TidegateError } from '../../foundation/errors.ts';
import type { ModelModule } from '../../ports/learning-modules.ts';
import type { TreeModel } from '../trees/tree-model.ts';
import { expectTrees, loadedTrees, predictFit, savedTrees, type TreeFit, treeShares } from './tree-module.ts';

/** A model trained elsewhere, as a module. */
export interface ImportedTrees {
  readonly name: string;
  readonly version: number;
  /** File of the model, read when the module is first asked. */
  readonly file: string;
  readonly open: (file: string) => string;
  readonly read: (text: string, where: string) => TreeModel;
  /** Labels that the classes stand for, ascending; empty for a real-valued label. */
  readonly classes: readonly number[];
  /** Deviation of a real-valued label, which directions are scaled by. */
  readonly deviation: number;
}

/**
 * Trees that were trained elsewhere. Fitting does not change them: it checks that the dataset has their features in their order.
 * @throws TidegateError MODEL_FILE, MODEL_MISMATCH (naming the first feature that differs), and those of the reader
 */
export function importedTrees(spec: ImportedTrees): ModelModule {
  const { name, version, file, classes } = spec;
  let fit: TreeFit | null = null;
  const ready = (width?: number): TreeFit => {
    fit ??= { trees: readTrees(spec), classes: Float64Array.from(classes), deviation: spec.deviation };
    return expectTrees(name, fit, width);
  };
  let hash: string | null = null;
  return {
    name,
    get contentHash() {
      hash ??= createHash('sha256').update(textOf(spec)).digest('hex');
      return hash;
    },
    fit(dataset) {
      const { featureNames } = ready(dataset.columns.length).trees;
      // Tools that were given no names number the columns.
      if (featureNames.every((n, k) => n === `Column_${k}` || n === `f${k}`)) return;
      const at = featureNames.findIndex((n, k) => n !== dataset.names[k]?.replace(/\s+/g, '_'));
      if (at < 0) return;
      throw new TidegateError(
        'MODEL_MISMATCH',
        `model "${name}" has "${featureNames[at]}" as feature ${at}, the dataset "${dataset.names[at]}"`,
        { where: file, remedy: 'Give the features that it was trained on, in the same order.' },
      );
    },
    predictInto: (columns, out, from, to) => predictFit(ready(columns.length), columns, out, from, to),
    save: () => savedTrees(name, version, { file, classes, deviation: spec.deviation }, ready()),
    load(saved) {
      fit = loadedTrees(saved, name, version);
    },
    importance: () => treeShares(ready().trees),
  };
}

function textOf({ name, file, open }: ImportedTrees): string {
  try {
    return open(file);
  } catch (cause) {
    throw new TidegateError('MODEL_FILE', `model "${name}" cannot read its file`, {
      where: file,
      remedy: 'Check the option "file".',
      cause,
    });
  }
}

function readTrees(spec: ImportedTrees): TreeModel {
  const { file, read, classes } = spec;
  const trees = read(textOf(spec), file);
  const outputs = classes.length <= 2 ? 1 : classes.length;
  if (trees.outputs !== outputs)
    throw new TidegateError(
      'MODEL_MISMATCH',
      `the file has ${trees.outputs} outputs, ${classes.length} classes are named`,
      {
        where: file,
        remedy: 'Set "classes" to the labels it was trained on, ascending; [] for a real-valued one.',
      },
    );
  return trees;
}
