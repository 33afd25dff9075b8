import { TidegateError } from '../../foundation/errors.ts';
import type { ModelDocument } from '../store/model-document.ts';
import { writeLightgbm } from '../trees/lightgbm-write.ts';
import { loadedTrees } from './tree-module.ts';

/**
 * A stored tree model as LightGBM's text, which LightGBM loads and predicts from identically (classes as probabilities, real values as they are).
 * @throws TidegateError TREES_MODEL_UNSUPPORTED for models that are no trees, and for those whose rows are prepared first
 */
export function lightgbmText({ name, version, lineage, steps, saved }: ModelDocument): string {
  const refuse = (what: string, remedy: string) =>
    new TidegateError('TREES_MODEL_UNSUPPORTED', what, { where: `model ${name}@${version}`, remedy });
  if (!saved.arrays.trees || !saved.arrays.classes)
    throw refuse(
      `"${lineage.model.name}" is not one set of trees: LightGBM's format cannot hold it`,
      'Export it as tgmodel, or train gradient-boosting, random-forest, extra-trees or decision-tree.',
    );
  if (steps.length > 0)
    throw refuse(
      `its rows are prepared first (${steps.map((step) => step.name).join(', ')}): LightGBM's format has no place for that`,
      'Trees need no preparation: train it without --prepare.',
    );
  return writeLightgbm(loadedTrees(saved, saved.name, saved.version).trees);
}
