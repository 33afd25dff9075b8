import type { ModuleChoice } from '../registry/registry.ts';
import type { LearnedRef } from '../strategy/train-block.ts';

/** The name of a chosen module. */
export function nameOf(choice: ModuleChoice): string {
  return typeof choice === 'string' ? choice : choice.name;
}

/** Several choices with a path each, by name: `risk.cooldown`, and `risk.cooldown2` for the second of that name. */
export function numbered(
  choices: readonly ModuleChoice[],
  root: string,
): { readonly choice: ModuleChoice; readonly path: string }[] {
  const seen = new Map<string, number>();
  return choices.map((choice) => {
    const name = nameOf(choice);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { choice, path: `${root}.${name}${count === 1 ? '' : count}` };
  });
}

/** Copies a train block with each module that it names as `map` gives it: `train.brain.model`, `train.brain.features.ema`. */
export function mapBlock(ref: LearnedRef, map: (choice: ModuleChoice, path: string) => ModuleChoice): LearnedRef {
  const root = `train.${ref.name}`;
  const many = (choices: readonly ModuleChoice[], at: string) =>
    numbered(choices, `${root}.${at}`).map(({ choice, path }) => map(choice, path));
  if (ref.kind === 'regime')
    return { ...ref, settings: { ...ref.settings, regime: map(ref.settings.regime, `${root}.regime`) } };
  if (ref.kind === 'volatility')
    return { ...ref, settings: { ...ref.settings, volatility: map(ref.settings.volatility, `${root}.volatility`) } };
  const { features, label, model, prepare } = ref.settings;
  return {
    ...ref,
    settings: {
      ...ref.settings,
      ...(typeof features !== 'function' && { features: many([features].flat(), 'features') }),
      label: map(label, `${root}.label`),
      model: map(model, `${root}.model`),
      prepare: many(prepare, 'prepare'),
    },
  };
}
