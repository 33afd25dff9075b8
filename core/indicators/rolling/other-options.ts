import { type FeatureDefinition, parseOptions } from '../feature.ts';

/**
 * A second set of valid options, for contract tests: every whole-number option of at least 3 moved to about 1.5 times its default, where
 * the schema allows it.
 */
export function otherOptions(definition: FeatureDefinition): Record<string, unknown> {
  const chosen: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parseOptions(definition, {}))) {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 3) continue;
    const candidate = { ...chosen, [name]: Math.ceil(value * 1.5) + 1 };
    if (definition.options.safeParse(candidate).success) chosen[name] = candidate[name];
  }
  return chosen;
}
