import { AdaptiveForest, type AdaptiveForestOptions } from '../online/adaptive-forest.ts';
import { type HoeffdingOptions, HoeffdingTree } from '../online/hoeffding-tree.ts';
import type { VectorLearner, VectorRows } from './vector-module.ts';

interface Online {
  learn(x: Float64Array, y: number): void;
}

/** A Hoeffding tree over scaled rows; new, or from saved arrays. */
export function hoeffdingLearner(
  width: number,
  options: HoeffdingOptions,
  source: VectorRows | Readonly<Record<string, Float64Array>>,
): VectorLearner {
  const from = 'values' in source ? undefined : (source as Readonly<Record<string, Float64Array>>).tree;
  const tree = new HoeffdingTree(width, { ...options, ...(from && { from }) });
  if ('values' in source) learnAll(tree, source as VectorRows);
  return {
    arrays: () => ({ tree: tree.state() }),
    score: (x, out) => tree.predict(x, out),
    importance: () => tree.importance(),
    learn: (x, y) => tree.learn(x, y),
  };
}

/** An adaptive random forest over scaled rows; new, or from saved arrays. */
export function adaptiveForestLearner(
  width: number,
  options: AdaptiveForestOptions,
  source: VectorRows | Readonly<Record<string, Float64Array>>,
): VectorLearner {
  const isNew = 'values' in source;
  const forest = new AdaptiveForest(
    width,
    isNew ? options : { ...options, from: source as Readonly<Record<string, Float64Array>> },
  );
  if (isNew) learnAll(forest, source as VectorRows);
  return {
    arrays: () => forest.state(),
    score: (x, out) => forest.predict(x, out),
    importance: () => forest.importance(),
    learn: (x, y) => forest.learn(x, y),
  };
}

function learnAll(model: Online, { rows, width, values, target }: VectorRows): void {
  for (let r = 0; r < rows; r++) model.learn(values.subarray(r * width, (r + 1) * width), target[r]!);
}
