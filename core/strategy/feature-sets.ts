import { TidegateError } from '../foundation/errors.ts';
import { type Expansion, expandFeatures, withOptions } from '../indicators/expand/index.ts';
import type { Series, SeriesView } from '../indicators/series.ts';
import type { AnyPlugin } from '../registry/define-plugin.ts';
import { makeModule } from '../registry/make-module.ts';
import type { Market } from './market.ts';

/** Series of a feature set by name: `f.tech.rsi!.now`. */
export type SetSeries = Readonly<Record<string, Series>> & { readonly view: Readonly<Record<string, SeriesView>> };

/** Options of a set, and over what it is expanded. */
export type SetOptions = Readonly<Record<string, unknown>> & { readonly expand?: Expansion };

/** Finds a feature set by name and completes its options. */
type SetFinder = (
  name: string,
  options: Readonly<Record<string, unknown>>,
) => { readonly plugin: AnyPlugin; readonly options: Record<string, unknown> };

let find: SetFinder | undefined;

/** Where `m.set` finds modules: the registry of the process, told once it is loaded. */
export function findSetsBy(finder: SetFinder): void {
  find = finder;
}

/** The series of a set on a market. @throws TidegateError PLUGIN_UNKNOWN, PLUGIN_OPTION, FEATURE_EXPANSION; MARKET_NO_SETS where no modules are loaded */
export function seriesOfSet(market: Market, name: string, { expand, ...given }: SetOptions = {}): SetSeries {
  if (!find)
    throw new TidegateError('MARKET_NO_SETS', `no modules are loaded, so there is no feature set "${name}"`, {
      remedy: 'Use m.set in a strategy that Tidegate runs, or call findSetsBy() first.',
    });
  const { plugin, options } = find(name, given);
  const made = makeModule<'feature'>(plugin, options);
  const series = expand
    ? expandFeatures(market, expand.periods?.length ? withOptions(plugin, options) : made, expand)
    : made.define(market);
  return series as SetSeries;
}
