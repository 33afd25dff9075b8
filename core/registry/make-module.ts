import { TidegateError } from '../foundation/errors.ts';
import { messageOf, shown } from '../foundation/message-of.ts';
import { userPlace } from '../foundation/user-place.ts';
import type { AnyPlugin } from './define-plugin.ts';
import type { Kind, KindContracts } from './kinds.ts';

type Check = readonly [isGood: (value: unknown) => boolean, wanted: string];

const METHOD: Check = [(value) => typeof value === 'function', 'a function'];
const COUNT: Check = [(value) => Number.isInteger(value) && (value as number) >= 0, 'a whole number, 0 or more'];
const NAMES: Check = [
  (value) => Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string'),
  'a list of names',
];

/** What a module of each kind must have, beside its name. */
const PARTS: { readonly [K in Kind]: Partial<Readonly<Record<keyof KindContracts[K], Check>>> } = {
  feature: { define: METHOD },
  label: { horizon: COUNT, classes: COUNT, label: METHOD },
  model: { fit: METHOD, predictInto: METHOD, save: METHOD, load: METHOD },
  regime: { states: NAMES, advance: METHOD },
  volatility: { fit: METHOD, update: METHOD, forecast: METHOD, save: METHOD, load: METHOD },
  sizing: { stake: METHOD },
  risk: { review: METHOD },
  execution: { start: METHOD, step: METHOD },
  pairlist: { pairs: METHOD },
  objective: { score: METHOD },
  sampler: { start: METHOD },
  source: { open: METHOD },
  notifier: { notify: METHOD },
};

/**
 * Makes a module of options that were checked, and looks whether it is one of its kind.
 * @param where config path, for errors
 * @throws TidegateError PLUGIN_FAILED when `create` throws, PLUGIN_MADE when what it returns lacks a part
 */
export function makeModule<K extends Kind>(plugin: AnyPlugin, options: unknown, where?: string): KindContracts[K] {
  let made: unknown;
  try {
    made = plugin.create(options as never);
  } catch (cause) {
    if (cause instanceof TidegateError) throw cause;
    const at = [where, userPlace(cause)].filter((part) => part !== undefined).join(', ');
    throw new TidegateError('PLUGIN_FAILED', `${plugin.kind} "${plugin.name}" threw in create: ${messageOf(cause)}`, {
      ...(at && { where: at }),
      remedy: 'Run with --debug to see where in the file.',
      cause,
    });
  }
  const parts = Object(made) as Readonly<Record<string, unknown>>;
  for (const [part, [isGood, wanted]] of Object.entries<Check>(PARTS[plugin.kind]))
    if (!isGood(parts[part]))
      throw new TidegateError(
        'PLUGIN_MADE',
        part in parts
          ? `${plugin.kind} "${plugin.name}" was made with ${part} = ${shown(parts[part])}`
          : `create of ${plugin.kind} "${plugin.name}" returned ${shown(made)}, without ${part}`,
        {
          ...(where && { where }),
          remedy: `A ${plugin.kind} module has ${part}: ${wanted}. See docs/guides/plugins.md.`,
        },
      );
  return made as KindContracts[K];
}
