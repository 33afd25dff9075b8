import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import type { ModuleChoice, Registry } from '../../registry/registry.ts';
import type { ModelRef } from '../../strategy/train-block.ts';

/**
 * Holds the ranges that trials draw from against the options of a block's model.
 * @throws TidegateError TRAIN_BLOCK where an option is unknown or no number, a bound is outside of what it takes, or trials have no ranges
 */
export async function checkSearch(
  registry: Registry,
  { name, settings }: ModelRef,
  model: ModuleChoice,
): Promise<void> {
  const { trials, search } = settings;
  const names = Object.keys(search);
  const refuse = (what: string, remedy: string, at = ''): never => {
    throw new TidegateError('TRAIN_BLOCK', what, { where: `train.${name}.search${at}`, remedy });
  };
  if (trials > 0 && names.length === 0)
    refuse(`${trials} trials have nothing to search`, 'Name options and their ranges: search: { leaves: [7, 63] }.');
  const { name: module, ...given } = typeof model === 'string' ? { name: model } : model;
  const { plugin } = await registry.find('model', module);
  const known = Object.keys(plugin.options.shape);
  for (const [option, [low, high]] of Object.entries(search)) {
    if (!known.includes(option))
      refuse(
        `the model "${module}" has no option "${option}"`,
        didYouMean(option, known) || `Its options: ${known.join(', ') || 'none'}.`,
      );
    if (low > high) refuse(`a range goes from ${low} down to ${high}`, 'Give the lower bound first.', `.${option}`);
    for (const bound of [low, high]) {
      const parsed = plugin.options.safeParse({ ...given, [option]: bound });
      const issue = parsed.error?.issues.find(({ path }) => path[0] === option);
      if (issue)
        refuse(
          `the model "${module}" cannot take ${bound}: ${issue.message}`,
          'Give bounds that it takes.',
          `.${option}`,
        );
    }
  }
}
