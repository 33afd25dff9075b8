import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import { takesCandles } from '../../indicators/feature.ts';
import { FEATURES, type LibraryEntry } from '../../indicators/library.ts';
import { Series } from '../../indicators/series.ts';
import type { ModuleChoice, Registry } from '../../registry/registry.ts';
import type { Market } from '../../strategy/market.ts';

/** Features of a dataset: modules and single features, with what they are made of for the record. */
export interface DeclaredColumns {
  readonly series: ReadonlyMap<string, Series>;
  /** One per choice: name, version, options. */
  readonly record: readonly unknown[];
}

/**
 * Declares the columns that a list of choices asks for, on one market. Sets come first where a set and a feature share a name. Columns of a
 * set keep their names, those of single features are called after them (`rsi`, `bbands.upper`); where a name is taken, a number is added.
 * @throws TidegateError FEATURE_UNKNOWN (nearest suggested), FEATURE_OPTIONS, PLUGIN_OPTIONS
 */
export async function declaredColumns(
  registry: Registry,
  choices: readonly ModuleChoice[],
  market: Market,
): Promise<DeclaredColumns> {
  const series = new Map<string, Series>();
  const put = (name: string, value: Series) => {
    let free = name;
    for (let k = 2; series.has(free); k++) free = `${name}#${k}`;
    series.set(free, value);
  };
  const record: unknown[] = [];
  const sets = new Set(registry.list('feature').map((row) => row.name));
  for (const choice of choices) {
    const { name, ...options } = typeof choice === 'string' ? { name: choice } : choice;
    if (sets.has(name)) {
      const set = await registry.create('feature', choice, 'features');
      const { plugin } = await registry.find('feature', name);
      record.push({ set: name, version: plugin.version, options });
      for (const [column, value] of Object.entries(set.define(market))) put(column, value);
      continue;
    }
    const entry = FEATURES.get(name) ?? FEATURES.get(name.toLowerCase().replace(/_/g, '-'));
    if (!entry)
      throw new TidegateError('FEATURE_UNKNOWN', `there is no feature or feature set "${name}"`, {
        where: 'features',
        remedy:
          `${didYouMean(name, [...sets, ...FEATURES.keys()])} "tidegate list feature" and "tidegate list features" show them.`.trim(),
      });
    const { definition } = entry.feature;
    record.push({ feature: definition.name, version: definition.version, options });
    const made = called(entry, options, market);
    if (made instanceof Series) put(definition.name, made);
    else for (const output of definition.outputs) put(`${definition.name}.${output}`, made[output]!);
  }
  return { series, record };
}

type Callable = (...args: readonly unknown[]) => Series | Readonly<Record<string, Series>>;

/** Calls a feature on the market's candles, or its free inputs on the columns named in `inputs` (absent: close, then volume). */
function called({ feature }: LibraryEntry, given: Readonly<Record<string, unknown>>, market: Market) {
  const call = feature as unknown as Callable;
  const { definition } = feature;
  const { inputs, ...options } = given as { readonly inputs?: readonly string[] };
  if (takesCandles(definition)) return call(market.candles, options);
  const names = inputs ?? definition.inputs.map((_, k) => (k === 0 ? 'close' : 'volume'));
  if (names.length !== definition.inputs.length)
    throw new TidegateError(
      'FEATURE_SPEC',
      `${definition.name} takes ${definition.inputs.length} inputs (${definition.inputs.join(', ')}), got ${names.length}`,
    );
  const columns = names.map((name) => {
    const found = (market.candles as unknown as Readonly<Record<string, unknown>>)[name];
    if (found instanceof Series) return found;
    throw new TidegateError('FEATURE_SPEC', `${definition.name} cannot read "${name}"`, {
      remedy: didYouMean(name, ['open', 'high', 'low', 'close', 'volume']) || 'Use open, high, low, close or volume.',
    });
  });
  return call(...columns, options);
}
