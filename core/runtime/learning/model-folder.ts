import { join } from 'node:path';
import { TidegateError } from '../../foundation/errors.ts';
import { restoredStep } from '../../ml/preparation/preparation-steps.ts';
import type { Transform } from '../../ml/preparation/transform.ts';
import { decodeModel, encodeModel } from '../../ml/store/model-bytes.ts';
import type { ModelDocument } from '../../ml/store/model-document.ts';
import { ModelStore } from '../../persistence/model-store.ts';
import type { ModelModule } from '../../ports/learning-modules.ts';
import type { Registry } from '../../registry/registry.ts';

/** The user's models: `<userdir>/models`. */
export function modelFolder(userdir: string): ModelStore<ModelDocument> {
  return new ModelStore(join(userdir, 'models'), { encode: encodeModel, decode: decodeModel });
}

/** A stored model, ready to predict. */
export interface ReadyModel {
  readonly module: ModelModule;
  /** What prepares rows for it. */
  readonly steps: readonly Transform[];
}

/**
 * Makes the module that a stored model was saved by and loads it. With `featureNames`, checks that they are what it learned from.
 * @throws TidegateError MODEL_MISMATCH naming the first difference, PLUGIN_UNKNOWN, PLUGIN_OPTION
 */
export async function readyModel(
  registry: Registry,
  document: ModelDocument,
  featureNames?: readonly string[],
): Promise<ReadyModel> {
  const { model } = document.lineage;
  if (featureNames) expectFeatures(document, featureNames);
  const module = await registry.create('model', { ...model.options, name: model.name }, `model ${document.name}`);
  module.load(document.saved);
  return { module, steps: document.steps.map(restoredStep) };
}

function expectFeatures({ name, version, featureNames: learned }: ModelDocument, given: readonly string[]): void {
  const length = Math.max(learned.length, given.length);
  for (let k = 0; k < length; k++) {
    if (learned[k] === given[k]) continue;
    throw new TidegateError(
      'MODEL_MISMATCH',
      `feature ${k + 1} is ${given[k] ? `"${given[k]}"` : 'missing'}, the model learned ${learned[k] ? `"${learned[k]}"` : `only ${learned.length}`}`,
      { where: `model ${name}@${version}`, remedy: 'Give it the features it was trained on, or train anew.' },
    );
  }
}
