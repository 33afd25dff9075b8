import { TidegateError } from '../../foundation/errors.ts';
import type { SavedModel } from '../../ports/learning-modules.ts';

/**
 * Checks that a saved model is one of this kind and that its arrays are there.
 * @throws TidegateError MODEL_MISMATCH
 */
export function expectSaved(saved: SavedModel, name: string, version: number, arrays: readonly string[]): void {
  const refuse = (what: string) => {
    throw new TidegateError('MODEL_MISMATCH', `the saved model ${what}`, {
      where: `model "${name}", version ${version}`,
      remedy: 'Load it with the module that saved it, or train anew.',
    });
  };
  if (saved.name !== name) refuse(`was saved by "${saved.name}"`);
  if (saved.version !== version) refuse(`has version ${saved.version}`);
  for (const key of arrays) if (!(saved.arrays[key] instanceof Float64Array)) refuse(`has no array "${key}"`);
}

/**
 * Checks that a model has learned, and from as many features as it is given.
 * @throws TidegateError MODEL_NOT_FITTED, MODEL_MISMATCH
 */
export function expectFitted<F extends { readonly means: Float64Array }>(
  name: string,
  fit: F | null,
  width: number,
): F {
  if (fit === null)
    throw new TidegateError('MODEL_NOT_FITTED', `model "${name}" has learned nothing yet`, {
      remedy: 'Train it (tidegate train), or load a saved one.',
    });
  if (fit.means.length !== width)
    throw new TidegateError(
      'MODEL_MISMATCH',
      `model "${name}" learned from ${fit.means.length} features, got ${width}`,
      {
        remedy: 'Give it the features that it was trained on, in the same order.',
      },
    );
  return fit;
}
