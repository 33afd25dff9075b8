import * as bands from './bands/index.ts';
import * as calendar from './calendar/index.ts';
import * as cycle from './cycle/index.ts';
import type { AnyFeature } from './feature.ts';
import * as flow from './flow/index.ts';
import * as math from './math/index.ts';
import * as momentum from './momentum/index.ts';
import * as normalise from './normalise/index.ts';
import * as oscillators from './oscillators/index.ts';
import * as overlap from './overlap/index.ts';
import * as patterns from './patterns/index.ts';
import * as price from './price/index.ts';
import * as rangeVolatility from './range-volatility/index.ts';
import * as rolling from './rolling/index.ts';
import * as statistic from './statistic/index.ts';
import * as stochasticProcess from './stochastic-process/index.ts';
import * as structure from './structure/index.ts';
import * as trend from './trend/index.ts';
import * as volatility from './volatility/index.ts';
import * as volume from './volume/index.ts';

/** The library by group, as lists and docs show it. */
export const FEATURE_GROUPS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  overlap,
  momentum,
  volume,
  volatility,
  price,
  statistic,
  cycle,
  math,
  patterns,
  trend,
  bands,
  'range-volatility': rangeVolatility,
  flow,
  oscillators,
  rolling,
  structure,
  'stochastic-process': stochasticProcess,
  calendar,
  normalise,
};

/** A feature with the group it belongs to. */
export interface LibraryEntry {
  readonly group: string;
  readonly feature: AnyFeature;
}

/** Every built-in feature by name (`rsi`, `plus-di`). */
export const FEATURES: ReadonlyMap<string, LibraryEntry> = new Map(
  Object.entries(FEATURE_GROUPS).flatMap(([group, members]) =>
    Object.values(members)
      .filter(isFeature)
      .map((feature) => [feature.definition.name, { group, feature }] as const),
  ),
);

const squeezed = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
let bySqueezed: ReadonlyMap<string, LibraryEntry> | undefined;

/** A built-in feature by any spelling of its name: `plus-di`, `plusDi`, TA-Lib's `PLUS_DI`, `CDLHAMMER`. */
export function findFeature(name: string): LibraryEntry | undefined {
  const exact = FEATURES.get(name);
  if (exact) return exact;
  bySqueezed ??= new Map([...FEATURES].map(([known, entry]) => [squeezed(known), entry]));
  return bySqueezed.get(squeezed(name));
}

function isFeature(value: unknown): value is AnyFeature {
  return typeof value === 'function' && 'definition' in value;
}
