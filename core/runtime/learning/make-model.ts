import type { MakeModel } from '../../ml/walk/fit-window.ts';
import { makeModule } from '../../registry/make-module.ts';
import type { ModuleChoice, Registry } from '../../registry/registry.ts';

/** Loads a model module and returns what makes it, with options replaced. @throws TidegateError PLUGIN_UNKNOWN, PLUGIN_OPTION */
export async function modelMaker(registry: Registry, choice: ModuleChoice): Promise<MakeModel> {
  await registry.create('model', choice, 'model');
  const { name, ...given } = typeof choice === 'string' ? { name: choice } : choice;
  const { plugin } = await registry.find('model', name);
  return (options) => makeModule<'model'>(plugin, plugin.options.parse({ ...given, ...options }));
}

/** Hash of what a model module reads beside its options, such as a file; null where there is nothing. @throws TidegateError MODEL_FILE */
export async function modelContent(registry: Registry, choice: ModuleChoice): Promise<string | null> {
  return (await modelMaker(registry, choice))({}).contentHash ?? null;
}

/** The choice with a seed, where the module takes one and none was given. */
export async function withSeed(registry: Registry, choice: ModuleChoice, seed: number): Promise<ModuleChoice> {
  const { name, ...given } = typeof choice === 'string' ? { name: choice } : choice;
  const { plugin } = await registry.find('model', name);
  return 'seed' in plugin.options.shape ? { seed, ...given, name } : { ...given, name };
}
