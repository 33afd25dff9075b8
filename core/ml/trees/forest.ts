import type { WasmMemory } from '../wasm/web-assembly.ts';
import { binAll } from './bin-columns.ts';
import { usableFeatures } from './boost.ts';
import { type ForestTask, growForestPart } from './forest-part.ts';
import { sendMemory, withMemory } from './kernels.ts';
import { checkClasses, checkData, checkNumber, type GrowOptions, growPlan, type TreeData } from './train-options.ts';
import { arena, clearRegion, regionLayout, sharedLayout } from './train-space.ts';
import { packTrees, type TreeDraft, type TreeModel } from './tree-model.ts';
import { type TreeWorker, withWorkers } from './tree-worker.ts';

/** What a forest predicts: the mean label, or the share of each class. */
export type ForestTarget =
  | { readonly kind: 'regression' }
  | { readonly kind: 'classification'; readonly classes: number };

/** How a forest grows. Leaves are unlimited unless `leaves` or `maxDepth` say otherwise; `minDataInLeaf` counts rows (default 1). */
export interface ForestOptions extends GrowOptions {
  readonly target: ForestTarget;
  /** Trees (default 100); with more than two classes, trees per class. */
  readonly trees?: number;
  /** Each tree sees a sample of the rows drawn with replacement (default true; false for extra trees and single trees). */
  readonly bootstrap?: boolean;
}

/**
 * Random forest (Breiman 2001) on binned features: variance (Gini) reduction, a sample of features per split (by default the square root
 * of their number for classes, a third for means). `extraTrees` draws thresholds at random (Geurts et al. 2006). With two classes the
 * prediction is the probability of class 1, else one share per class. Threads grow whole trees; the model does not depend on them.
 * @throws TREES_OPTION, TREES_ROWS, TREES_LABEL, TREES_ONE_CLASS, TREES_CONSTANT, TREES_INFINITE, TREES_DATA_TOO_LARGE
 */
export function trainForest(data: TreeData, options: ForestOptions): TreeModel {
  const features = data.columns.length;
  const { target } = options;
  const isClasses = target.kind === 'classification';
  const fraction = isClasses ? Math.floor(Math.sqrt(features)) / features : 1 / 3;
  const most = Math.min(1 << 20, Math.max(2, data.labels.length));
  const { minDataInLeaf = 1, minHessianInLeaf = 0, leaves = most, featureFractionByNode = fraction } = options;
  const wanted = growPlan({ ...options, minDataInLeaf, minHessianInLeaf, leaves, featureFractionByNode }, features);
  const trees = options.trees ?? 100;
  checkNumber('trees', trees, 1, 1e6, true);
  checkData(data, 2 * wanted.minDataInLeaf);
  if (isClasses) {
    checkNumber('classes', target.classes, 2, 1000, true);
    checkClasses(data.labels, target.classes);
  }
  const names = data.featureNames ?? data.columns.map((_, f) => `f${f}`);
  const rows = data.labels.length;
  const plan = { ...wanted, leaves: Math.min(leaves, Math.floor(rows / minDataInLeaf) + 1) };
  const threads = Math.min(plan.threads, trees);
  const { take, size } = arena();
  const isWeighted = data.weights !== undefined;
  const shared = sharedLayout(take, { rows, features, outputs: 1, isWeighted, isScored: false, threads });
  const regions = Array.from({ length: threads }, () =>
    regionLayout(take, {
      rows,
      slots: features,
      leaves: plan.leaves,
      isRetaining: false,
      isRouting: false,
      threads: 1,
    }),
  );
  const train = (memory: WasmMemory, workers: readonly TreeWorker[]): TreeModel => {
    for (const region of regions) clearRegion(memory, region);
    const maps = binAll(memory, shared, plan, data, names, workers);
    const f64 = new Float64Array(memory.buffer);
    f64.set(data.labels, shared.labels >>> 3);
    if (data.weights) f64.set(data.weights, shared.weights >>> 3);
    const targets = isClasses
      ? target.classes === 2
        ? [1]
        : Array.from({ length: target.classes }, (_, k) => k)
      : undefined;
    const centre = (targets ?? [undefined]).map((k) => meanTarget(data, k));
    const usable = usableFeatures(maps);
    const isBootstrapped = options.bootstrap ?? !plan.extraTrees;
    const tasks = regions.map(
      (region, t): ForestTask => ({
        shared,
        region,
        plan,
        maps,
        usable,
        from: t,
        step: threads,
        trees,
        isBootstrapped,
        targets,
        centre,
      }),
    );
    workers.forEach((worker, w) => {
      worker.post({ kind: 'forest', sent: sendMemory(memory), task: tasks[w + 1]! });
    });
    const parts = [growForestPart(memory, tasks[0]!), ...workers.map((worker) => worker.result() as TreeDraft[][])];
    const drafts = Array.from({ length: trees }, (_, t) => parts[t % threads]![Math.floor(t / threads)]!).flat();
    return {
      featureNames: names,
      featureInfos: maps.map((map) => map.info),
      outputs: centre.length,
      objective: centre.length > 1 ? 'shares' : 'regression',
      averaged: true,
      base: centre.map(() => 0),
      singlePrecision: false,
      treeOutput: Int32Array.from(drafts, (_, t) => t % centre.length),
      trees: packTrees(drafts, features),
    };
  };
  return withMemory(size(), (memory) => withWorkers(threads - 1, (workers) => train(memory, workers)));
}

/** A single tree on all rows and features. @throws as trainForest */
export function trainTree(data: TreeData, options: Omit<ForestOptions, 'trees' | 'bootstrap'>): TreeModel {
  return trainForest(data, { featureFractionByNode: 1, ...options, trees: 1, bootstrap: false });
}

function meanTarget(data: TreeData, target: number | undefined): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < data.labels.length; i++) {
    const w = data.weights ? data.weights[i]! : 1;
    sum += w * (target === undefined ? data.labels[i]! : data.labels[i] === target ? 1 : 0);
    total += w;
  }
  return total > 0 ? sum / total : 0;
}
