import type { z } from 'zod';

/** A feature set as a plugin: what is read of one. */
interface SetPlugin {
  readonly name: string;
  readonly options: z.ZodObject;
  create(options: never): unknown;
}

/** The plugin with options of its own, of which an expansion only replaces the period. */
export function withOptions(plugin: SetPlugin, options: Readonly<Record<string, unknown>>): SetPlugin {
  const period = 'period' in plugin.options.shape ? 'period' : 'periods';
  const own = plugin.options.parse(options);
  return {
    ...plugin,
    create: (made: Readonly<Record<string, unknown>>) => plugin.create({ ...own, [period]: made[period] } as never),
  };
}
