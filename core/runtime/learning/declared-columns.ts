import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import { type Expansion, expandFeatures, withOptions } from '../../indicators/expand/index.ts';
import { takesCandles } from '../../indicators/feature.ts';
import type { LibraryEntry } from '../../indicators/library.ts';
import { type CandleSeries, Series } from '../../indicators/series.ts';
import type { ModuleChoice, Registry } from '../../registry/registry.ts';
import type { Market } from '../../strategy/market.ts';

/** Features of a dataset: modules and single features, with what they are made of for the record. */
export interface DeclaredColumns {
  readonly series: ReadonlyMap<string, Series>;
  /** Which choice each column is of, counted from 0. */
  readonly choiceOf: readonly number[];
  /** One per choice: name, version, options. */
  readonly record: readonly unknown[];
}

/** Declares columns on a market. */
export type ColumnDeclarer = (market: Market) => DeclaredColumns;

/**
 * Loads what a list of choices names and returns what declares its columns on a market. Sets come first where a set and a feature share a name.
 * Columns of a set keep their names, those of single features are called after them (`rsi`, `bbands.upper`); where a name is taken, a number is
 * added. A choice with `expand` is multiplied over periods, timeframes, lags and pairs. Of a choice with `only`, the columns named there: what `tidegate features select` prints.
 * @throws TidegateError FEATURE_UNKNOWN (nearest suggested), PLUGIN_OPTION; when called FEATURE_OPTION, FEATURE_EXPANSION
 */
export async function columnDeclarer(registry: Registry, choices: readonly ModuleChoice[]): Promise<ColumnDeclarer> {
  const sets = new Set(registry.list('feature').map((row) => row.name));
  const record: unknown[] = [];
  const declare: ((market: Market) => Iterable<readonly [string, Series]>)[] = [];
  for (const choice of choices) {
    const { name, only, expand, ...options } = (typeof choice === 'string' ? { name: choice } : choice) as ColumnChoice;
    const kept = { ...(only && { only }), ...(expand && { expand }) };
    if (sets.has(name)) {
      const set = await registry.create('feature', { ...options, name }, 'features');
      const { plugin } = await registry.find('feature', name);
      record.push({ set: name, version: plugin.version, options, ...kept });
      const source = expand?.periods?.length ? withOptions(plugin, options) : set;
      declare.push((market) =>
        chosen(Object.entries(expand ? expandFeatures(market, source, expand) : set.define(market)), only, name),
      );
      continue;
    }
    const { FEATURES, findFeature } = await import('../../indicators/library.ts');
    const entry = findFeature(name);
    if (!entry)
      throw new TidegateError('FEATURE_UNKNOWN', `there is no feature or feature set "${name}"`, {
        where: 'features',
        remedy: `${didYouMean(name, [...sets, ...FEATURES.keys()])} "tidegate list features" shows them.`.trim(),
      });
    const { definition } = entry.feature;
    record.push({ feature: definition.name, version: definition.version, options, ...kept });
    declare.push((market) => {
      if (expand) {
        const one = (candles: CandleSeries, period: number) => ({
          [definition.name]: called(entry, expand.periods?.length ? { ...options, period } : options, { candles }),
        });
        return chosen(Object.entries(expandFeatures(market, one, expand)), only, name);
      }
      const made = called(entry, options, market);
      if (made instanceof Series) return [[definition.name, made]];
      const outputs = definition.outputs.map((output) => [`${definition.name}.${output}`, made[output]!] as const);
      return chosen(outputs, only, name);
    });
  }
  return (market) => {
    const series = new Map<string, Series>();
    const choiceOf: number[] = [];
    for (const [index, columns] of declare.entries())
      for (const [name, value] of columns(market)) {
        let free = name;
        for (let k = 2; series.has(free); k++) free = `${name}#${k}`;
        series.set(free, value);
        choiceOf.push(index);
      }
    return { series, choiceOf, record };
  };
}

interface ColumnChoice {
  readonly name: string;
  readonly only?: readonly string[];
  /** Over periods, timeframes, lags and pairs: `{ periods: [7, 14], timeframes: ['1h'], lags: [1] }`. */
  readonly expand?: Expansion;
}

/** The columns named, in their own order; all where none are. @throws TidegateError FEATURE_UNKNOWN */
function chosen(
  columns: readonly (readonly [string, Series])[],
  only: readonly string[] | undefined,
  set: string,
): readonly (readonly [string, Series])[] {
  if (!only) return columns;
  const names = columns.map(([name]) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new TidegateError('FEATURE_UNKNOWN', `"${set}" has no column "${unknown}"`, {
      where: 'features',
      remedy: didYouMean(unknown, names) || `It has ${names.slice(0, 20).join(', ')}.`,
    });
  return columns.filter(([name]) => only.includes(name));
}

type Callable = (...args: readonly unknown[]) => Series | Readonly<Record<string, Series>>;

/** Calls a feature on the market's candles, or its free inputs on the columns named in `inputs` (absent: close, then volume). */
function called({ feature }: LibraryEntry, given: Readonly<Record<string, unknown>>, market: Pick<Market, 'candles'>) {
  const call = feature as unknown as Callable;
  const { definition } = feature;
  const { inputs, ...options } = given as { readonly inputs?: readonly string[] };
  if (takesCandles(definition)) return call(market.candles, options);
  const names = inputs ?? definition.inputs.map((_, k) => (k === 0 ? 'close' : 'volume'));
  if (names.length !== definition.inputs.length)
    throw new TidegateError(
      'FEATURE_SPEC',
      `${definition.name} takes ${definition.inputs.length} inputs (${definition.inputs.join(', ')}), got ${names.length}`,
      { remedy: 'Name as many columns in "inputs".' },
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
