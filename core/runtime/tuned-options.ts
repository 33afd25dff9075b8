import { z } from 'zod';
import { TidegateError } from '../foundation/errors.ts';
import type { ModuleChoice } from '../registry/registry.ts';
import { bool, choice, int, type LeafParameter, type ParameterSpace, real } from '../strategy/parameters.ts';
import type { LearnedRef } from '../strategy/train-block.ts';
import { mapBlock, numbered } from './block-modules.ts';

/** The modules that a configuration, or a strategy, names. */
export interface ModuleSettings {
  readonly sizing?: ModuleChoice | undefined;
  readonly risk?: readonly ModuleChoice[] | undefined;
  readonly protections?: readonly ModuleChoice[] | undefined;
  readonly execution?:
    | { readonly entry?: ModuleChoice | undefined; readonly exit?: ModuleChoice | undefined }
    | undefined;
  /** Train blocks of a strategy. */
  readonly learned?: Readonly<Record<string, LearnedRef>> | undefined;
}

/** One named module: what its options' names begin with in a search, and the group that they belong to. */
export interface ModuleSlot {
  /** `sizing`, `risk.cooldown`, `protections.cooldown`, `execution.entry`, `train.brain.model`. */
  readonly path: string;
  /** `part`: of a train block, other than its model. */
  readonly kind: 'sizing' | 'risk' | 'execution' | 'model' | 'part';
  readonly space: ParameterSpace;
  readonly choice: ModuleChoice;
}

const SPACES = [
  ...['entry', 'exit', 'roi', 'stoploss', 'trailing', 'protections', 'sizing', 'execution', 'model', 'custom'],
] as ParameterSpace[];
const common = {
  space: z.enum(SPACES).optional(),
  when: z.record(z.string(), z.unknown()).optional(),
};
const ranged = { low: z.number(), high: z.number(), step: z.number().optional(), log: z.boolean().optional() };
const node = z.discriminatedUnion('tune', [
  z.strictObject({ tune: z.literal('int'), ...ranged, default: z.int().optional(), ...common }),
  z.strictObject({ tune: z.literal('real'), ...ranged, default: z.number().optional(), ...common }),
  z.strictObject({
    tune: z.literal('choice'),
    values: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1),
    default: z.union([z.string(), z.number(), z.boolean()]).optional(),
    ...common,
  }),
  z.strictObject({ tune: z.literal('bool'), default: z.boolean().optional(), ...common }),
]);

/** Copies module settings with each module as `map` gives it. */
export function mapModules<S extends ModuleSettings>(settings: S, map: (slot: ModuleSlot) => ModuleChoice): S {
  const { sizing, risk, protections, execution, learned } = settings;
  const many = (choices: readonly ModuleChoice[], root: 'risk' | 'protections') =>
    numbered(choices, root).map(({ choice, path }) => map({ path, kind: 'risk', space: 'protections', choice }));
  const block = (ref: LearnedRef) =>
    mapBlock(ref, (choice, path) => {
      const kind = path.endsWith('.model') ? 'model' : 'part';
      return map({ path, kind, space: 'model', choice });
    });
  const side = (name: 'entry' | 'exit') =>
    execution?.[name] !== undefined && {
      [name]: map({ path: `execution.${name}`, kind: 'execution', space: 'execution', choice: execution[name] }),
    };
  return {
    ...settings,
    ...(sizing !== undefined && { sizing: map({ path: 'sizing', kind: 'sizing', space: 'sizing', choice: sizing }) }),
    ...(risk && { risk: many(risk, 'risk') }),
    ...(protections && { protections: many(protections, 'protections') }),
    ...(execution && { execution: { ...execution, ...side('entry'), ...side('exit') } }),
    ...(learned && {
      learned: Object.fromEntries(Object.entries(learned).map(([name, ref]) => [name, block(ref)])),
    }),
  };
}

/**
 * Puts values in the place of options by path (`sizing.fraction`), and defaults in the place of what is left to be tuned.
 * @param used takes up the paths that were found
 * @throws TidegateError CONFIG_VALUE for a value to be tuned that is none
 */
export function withOptions<S extends ModuleSettings>(
  settings: S,
  values: Readonly<Record<string, unknown>> = {},
  used?: Set<string>,
): S {
  return mapModules(settings, ({ path, choice }) => {
    const own = Object.entries(values).filter(([name]) => name.startsWith(`${path}.`));
    const isPlain = typeof choice === 'string' && own.length === 0;
    if (isPlain) return choice;
    const settledChoice = settled(choice, path);
    const copy: Record<string, unknown> =
      typeof settledChoice === 'string' ? { name: settledChoice } : { ...settledChoice };
    for (const [name, value] of own) {
      setAt(copy, name.slice(path.length + 1).split('.'), value);
      used?.add(name);
    }
    return copy as ModuleChoice;
  });
}

/** A choice with defaults in the place of what is left to be tuned. @throws TidegateError CONFIG_VALUE for a value to be tuned that is none */
export function settled(choice: ModuleChoice, path: string): ModuleChoice {
  return walk(choice, path, (_, parameter) => parameter.fallback) as ModuleChoice;
}

/** Values in a module's options that are written down to be tuned, by path. @throws TidegateError CONFIG_VALUE, PARAM_RANGE */
export function tunedOptions({
  choice,
  path,
  space,
}: Pick<ModuleSlot, 'choice' | 'path' | 'space'>): Record<string, LeafParameter> {
  const found: Record<string, LeafParameter> = {};
  walk(choice, path, (at, parameter) => {
    const when = Object.entries(parameter.when ?? {}).map(([parent, value]) => [`${path}.${parent}`, value]);
    found[at] = {
      ...parameter,
      space: parameter.space ?? space,
      ...(parameter.when && { when: Object.fromEntries(when) }),
    };
    return undefined;
  });
  return found;
}

function walk(value: unknown, path: string, at: (path: string, parameter: LeafParameter) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, k) => walk(item, `${path}.${k}`, at));
  // Options that strategies write in code may hold more than plain data.
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  if ('tune' in value) return at(path, parameterOf(value, path));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, `${path}.${key}`, at)]));
}

function parameterOf(value: object, path: string): LeafParameter {
  const parsed = node.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new TidegateError(
      'CONFIG_VALUE',
      `${path}${issue.path.map((p) => `.${String(p)}`).join('')}: ${issue.message}`,
      {
        where: path,
        remedy: 'Write { "tune": "int", "low": 1, "high": 20, "default": 5 }; or real, choice with "values", bool.',
      },
    );
  }
  const { space, when } = parsed.data;
  const options = { ...(space && { space }), ...(when && { when: when as NonNullable<LeafParameter['when']> }) };
  if (parsed.data.tune === 'bool') return bool(parsed.data.default, options);
  if (parsed.data.tune === 'choice') return choice(parsed.data.values, parsed.data.default, options);
  const { low, high, step, log, default: fallback = low } = parsed.data;
  const more = { ...options, ...(step !== undefined && { step }), ...(log !== undefined && { log }) };
  return parsed.data.tune === 'int' ? int(low, high, fallback, more) : real(low, high, fallback, more);
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) target[key] = value;
  else {
    target[key] ??= {};
    setAt(target[key] as Record<string, unknown>, rest, value);
  }
}
