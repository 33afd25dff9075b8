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
 * Makes a module of options that were checked, and looks whether it is one of its kind. Its answers are looked at, too (PLUGIN_ANSWER).
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
  return checkedAnswers(plugin.kind, plugin.name, made as KindContracts[K]);
}

/** Whether a method's answer is one, and what one is. */
type Answer = readonly [isGood: (value: unknown, args: readonly unknown[], module: unknown) => boolean, wanted: string];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isPromise = (value: unknown) => isRecord(value) && typeof value.then === 'function';
const isNumbers = (value: unknown, length: number): value is Float64Array =>
  value instanceof Float64Array && value.length === length;

/** What it answers is not looked at, but nothing waits for it: what follows would come before it. */
const NOTHING: Answer = [(value) => !isPromise(value), 'nothing'];

const SAVED: Answer = [
  (value) =>
    isRecord(value) &&
    typeof value.name === 'string' &&
    Number.isInteger(value.version) &&
    isRecord(value.meta) &&
    isRecord(value.arrays) &&
    Object.values(value.arrays).every((array) => array instanceof Float64Array),
  '{ name, version, meta, arrays }: text, a whole number, plain JSON, and Float64Arrays by name',
];

const STATES: Answer = [
  (value, [candles], module) => {
    const { states } = module as KindContracts['regime'];
    const { length } = candles as { readonly length: number };
    const { state, probabilities } = Object(value) as Readonly<Record<string, unknown>>;
    return (
      isNumbers(state, length) &&
      state.every((s) => Number.isNaN(s) || states[s] !== undefined) &&
      Array.isArray(probabilities) &&
      probabilities.length === states.length &&
      probabilities.every((column) => isNumbers(column, length))
    );
  },
  '{ state, probabilities }: Float64Arrays with a value for each candle, the place of a state among `states` (or NaN), and one of probabilities for each state',
];

const VARIANCES: Answer = [
  (value, [horizon]) => isNumbers(value, horizon as number) && value.every((variance) => !(variance < 0)),
  'a Float64Array with a variance, 0 or more, for each candle of the horizon',
];

/**
 * What methods must answer that are asked by whom the answer makes no sense to says nothing. Sizing, risk and execution modules are asked by the engine
 * and samplers by studies, which look at answers themselves and say at which moment they came; of labels LABEL_VALUES says which candle is at fault.
 */
const ANSWERS: { readonly [K in Kind]?: Partial<Readonly<Record<keyof KindContracts[K], Answer>>> } = {
  feature: { define: [(value) => isRecord(value) && !isPromise(value), 'series by name'] },
  model: {
    fit: NOTHING,
    predictInto: NOTHING,
    update: NOTHING,
    load: NOTHING,
    save: SAVED,
    importance: [(value) => value instanceof Float64Array, 'a Float64Array with a weight for each feature'],
  },
  regime: { fit: NOTHING, load: NOTHING, save: SAVED, advance: STATES },
  volatility: { fit: NOTHING, update: NOTHING, load: NOTHING, save: SAVED, forecast: VARIANCES },
  risk: {
    onTradeClosed: NOTHING,
    locks: [(value) => Array.isArray(value), 'a list of { pair, until }'],
  },
  objective: {
    score: [(value) => typeof value === 'number', 'a number: higher is better, NaN where the trial failed'],
  },
};

const checked = new WeakSet<object>();

/**
 * Looks at what a module's methods answer: promises, for which nothing waits, and what is none of what the kind's contract says.
 * @param module its methods are replaced in place; one that is frozen stays as it is, and what is returned stands before it
 * @returns the module, whose methods throw TidegateError PLUGIN_ANSWER
 */
export function checkedAnswers<M extends object>(kind: Kind, name: string, module: M): M {
  if (checked.has(module)) return module;
  const asked: M = Object.isExtensible(module) ? module : Object.create(module);
  checked.add(asked);
  for (const [method, [isGood, wanted]] of Object.entries<Answer>(ANSWERS[kind] ?? {})) {
    const answer = (module as Readonly<Record<string, unknown>>)[method];
    if (typeof answer !== 'function') continue;
    const value = (...args: unknown[]): unknown => {
      const said: unknown = answer.apply(module, args);
      if (isGood(said, args, module)) return said;
      // Nobody waits for it: what it comes to shall not end the process.
      if (isPromise(said)) Promise.resolve(said).catch(() => {});
      throw new TidegateError('PLUGIN_ANSWER', `${method} of ${kind} "${name}" returned ${shown(said)}`, {
        remedy: isPromise(said)
          ? `Be done before ${method} returns, without async: nothing waits for it.`
          : `Return ${wanted}.`,
      });
    };
    Object.defineProperty(asked, method, { value, configurable: true, enumerable: true, writable: true });
  }
  return asked;
}
