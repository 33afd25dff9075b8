import type { Config } from '../../config/schema.ts';
import type { AnyPlugin } from '../../registry/define-plugin.ts';
import { type ModuleChoice, optionsSchema, type Registry } from '../../registry/registry.ts';
import { bool, choice, int, type LeafParameter, type ParameterSpace, real } from '../../strategy/parameters.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { nameOf } from '../block-modules.ts';
import { type ModuleSettings, type ModuleSlot, mapModules, tunedOptions } from '../tuned-options.ts';

type Found = Readonly<Record<string, LeafParameter>>;

/** What can be searched in the options of a run's modules. */
export interface ModuleSpaces {
  /** Written down with `{ "tune": … }`. */
  readonly written: Found;
  /** Read off the modules' schemas, by group: for groups in which nothing is written down. */
  readonly generated: Readonly<Partial<Record<ParameterSpace, Found>>>;
}

/** The parts of a JSON schema that say what an option takes. */
interface OptionSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly default?: unknown;
  /** A module's own word on what is worth searching: `.meta({ search: [2, 10] })`. */
  readonly search?: readonly [low: number, high: number];
}

/** A generated range goes from a quarter to four times the value as it is. */
const REACH = 4;

/** Options of models that do not change what a model can learn. */
const LEFT_ALONE = ['seed', 'threads', 'holdout', 'validationShare', 'maxBins', 'lossAlpha'];

/**
 * The options of sizing, risk, protection and execution modules as parameters, and of what train blocks name: `sizing.fraction`,
 * `risk.cooldown.durationCandles`, `execution.entry.slices`, `train.brain.model.leaves`.
 * @param strategy as its author wrote it
 * @throws TidegateError CONFIG_VALUE, PARAM_RANGE, PLUGIN_UNKNOWN
 */
export async function moduleSpaces(config: Config, strategy: Strategy, registry: Registry): Promise<ModuleSpaces> {
  const { sizing, risk, execution, override } = config;
  const protections = override?.protections ?? strategy.protections;
  const { learned } = strategy;
  const settings: ModuleSettings = {
    ...{ sizing, risk, protections, learned },
    execution: { ...execution, ...strategy.execution },
  };
  const slots: ModuleSlot[] = [];
  mapModules(settings, (slot) => {
    slots.push(slot);
    return slot.choice;
  });
  const written = Object.assign({}, ...slots.map(tunedOptions)) as Found;
  const taken = new Set(Object.values(written).map((p) => p.space));
  const generated: Partial<Record<ParameterSpace, Record<string, LeafParameter>>> = {};
  for (const { kind, choice: chosen, path, space } of slots) {
    if (kind === 'part' || taken.has(space)) continue;
    const { plugin } = await registry.find(kind, nameOf(chosen), path);
    const ranges = kind === 'model' ? modelRanges(plugin, chosen) : optionRanges(plugin, chosen, space);
    for (const [key, parameter] of Object.entries(ranges)) {
      generated[space] ??= {};
      generated[space][`${path}.${key}`] = parameter;
    }
  }
  return { written, generated };
}

/** The numbers of a model that decide what it can learn, around the options as they are given. */
export function modelRanges(plugin: AnyPlugin, chosen: ModuleChoice): Found {
  const isSearched = ([name, { kind }]: readonly [string, LeafParameter]) =>
    (kind === 'int' || kind === 'real') && !LEFT_ALONE.includes(name);
  return Object.fromEntries(Object.entries(optionRanges(plugin, chosen, 'model')).filter(isSearched));
}

/** Parameters read off a module's schema, around the options as they are given. */
function optionRanges(
  plugin: AnyPlugin,
  chosen: ModuleChoice,
  space: ParameterSpace,
): Readonly<Record<string, LeafParameter>> {
  const { properties = {} } = optionsSchema(plugin) as { properties?: Readonly<Record<string, OptionSchema>> };
  const found: Record<string, LeafParameter> = {};
  for (const [key, schema] of Object.entries(properties)) {
    const given = typeof chosen === 'string' ? undefined : chosen[key];
    const parameter = rangeOf(schema, given ?? schema.default, space);
    if (parameter) found[key] = parameter;
  }
  return found;
}

/** What to search for an option, or undefined where its schema does not say enough. */
function rangeOf(schema: OptionSchema, value: unknown, space: ParameterSpace): LeafParameter | undefined {
  if (schema.type === 'boolean') return bool(value === true, { space });
  if (schema.enum) {
    const values = schema.enum.filter((v): v is string => typeof v === 'string');
    return values.length > 1
      ? choice(values, values.includes(value as string) ? (value as string) : values[0]!, { space })
      : undefined;
  }
  const isInt = schema.type === 'integer';
  if (!isInt && schema.type !== 'number') return undefined;
  const { low: least, high: most } = boundsOf(schema, isInt);
  const centre = typeof value === 'number' ? value : Number.NaN;
  const [low, high] = schema.search ?? around(centre, least, most);
  const whole = isInt ? ([Math.ceil(low), Math.floor(high)] as const) : ([low, high] as const);
  if (!(whole[0] < whole[1]) || !Number.isFinite(whole[0]) || !Number.isFinite(whole[1])) return undefined;
  const start = Number.isNaN(centre) ? whole[0] : Math.min(whole[1], Math.max(whole[0], centre));
  return (isInt ? int : real)(whole[0], whole[1], start, { space, log: whole[0] > 0 });
}

function around(centre: number, least: number, most: number): readonly [number, number] {
  if (centre > 0) return [Math.max(least, centre / REACH), Math.min(most, centre * REACH)];
  if (centre < 0) return [Math.max(least, centre * REACH), Math.min(most, centre / REACH)];
  return [least, most];
}

/** Open bounds are drawn in a little; what a schema says of all safe integers is no bound. */
function boundsOf(schema: OptionSchema, isInt: boolean): { readonly low: number; readonly high: number } {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const isSafe = (x: number) => Math.abs(x) === Number.MAX_SAFE_INTEGER;
  const inwards = (x: number, sign: number) => (isInt ? x + sign : x + sign * Math.max(Math.abs(x), 1) * 1e-3);
  const low = exclusiveMinimum === undefined ? minimum : inwards(exclusiveMinimum, 1);
  const high = exclusiveMaximum === undefined ? maximum : inwards(exclusiveMaximum, -1);
  return {
    low: low === undefined || isSafe(low) ? Number.NEGATIVE_INFINITY : low,
    high: high === undefined || isSafe(high) ? Number.POSITIVE_INFINITY : high,
  };
}
