import { z } from 'zod';
import type { Column } from '../columns/column.ts';
import { didYouMean, TidegateError } from '../foundation/errors.ts';
import type { Kernel, KernelMaker } from './kernel.ts';
import { CANDLE_FIELDS, type CandleField, type CandleSeries, gridKey, Series, type SeriesView } from './series.ts';

type OptionsSchema = z.ZodObject;

/** How one kind of series is computed, whatever the pair: the registry entry behind `ema(...)`, `rsi(...)` and users' own. */
export interface FeatureDefinition {
  readonly name: string;
  /** Raised whenever the numbers change; part of the cache key and of saved state. */
  readonly version: number;
  /** One line: what it is. */
  readonly doc: string;
  /** Where the formula comes from. */
  readonly source: string;
  /** Of the outputs: `price`, `0..100`, `ratio`, `-1..1`, `base volume`, `candles`, … */
  readonly units: string;
  /** Candle columns (then it is called with candles) or free names (then with as many series). */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly options: OptionsSchema;
  /** Names of the options that may be given by position. */
  readonly args: readonly string[];
  /** Leading NaNs of output k when the inputs have none. */
  readonly warmup: (options: never, output: number) => number;
  /** Rows before the current one that `advance` may read. */
  readonly lookback: (options: never) => number;
  /** Rows after which the start of history matters less than 1e-9 relative; 0 when it never does after the warm-up, Infinity when it always does (sums since the start). */
  readonly settle: (options: never) => number;
  readonly create: KernelMaker<never>;
  /**
   * Features of its inputs, of one output each, whose columns the kernel gets after its inputs in a plan, which computes each once for all that want it. A kernel
   * made without them computes them itself.
   */
  readonly stages?: () => readonly Stage[];
  /** Of a stage: the options that serve both of two who want it, the first ones themselves where they do. */
  readonly join?: (a: never, b: never) => Readonly<Record<string, unknown>>;
}

/** What a feature takes in from another kernel that it shares. */
export interface Stage {
  readonly definition: FeatureDefinition;
  readonly options: Readonly<Record<string, unknown>>;
  /** Which of the feature's inputs it is computed from; all of them when not given. */
  readonly inputs?: readonly number[];
}

interface FeatureSpec<
  I extends readonly string[],
  S extends OptionsSchema,
  A extends readonly (keyof z.infer<S> & string)[],
  O extends readonly string[],
> {
  readonly name: string;
  readonly version?: number;
  readonly doc: string;
  readonly source: string;
  readonly units: string;
  readonly inputs: I;
  readonly outputs: O;
  readonly options: S;
  readonly args: A;
  readonly warmup: (options: z.infer<S>, output: number) => number;
  readonly lookback?: (options: z.infer<S>) => number;
  readonly settle?: (options: z.infer<S>) => number;
  readonly create: KernelMaker<z.infer<S>>;
  readonly stages?: () => readonly Stage[];
  readonly join?: (a: z.infer<S>, b: z.infer<S>) => z.infer<S>;
}

type SeriesArgs<I extends readonly string[]> = { [K in keyof I]: Series };
/** Candles for candle columns; features that read the time take their columns one by one as well. */
type InputArgs<I extends readonly string[]> = I[number] extends CandleField
  ? [candles: CandleSeries] | ('time' extends I[number] ? SeriesArgs<I> : never)
  : SeriesArgs<I>;
type OptionArgs<T, A extends readonly (keyof T)[]> = A extends readonly [
  infer H extends keyof T,
  ...infer R extends readonly (keyof T)[],
]
  ? [value?: T[H], ...rest: OptionArgs<T, R>]
  : [];
/** One series, or a record of them by output name. */
export type FeatureResult<O extends readonly string[]> = O extends readonly [string]
  ? Series
  : { readonly [K in O[number]]: Series } & { readonly view: { readonly [K in O[number]]: SeriesView } };

/** A feature as authors call it: `rsi(close, 14)`, `atr(candles, 14)`, `bbands(close, { period: 20 })`. Also the registry entry itself. */
export interface Feature<
  I extends readonly string[] = readonly string[],
  S extends OptionsSchema = OptionsSchema,
  A extends readonly (keyof z.infer<S> & string)[] = readonly never[],
  O extends readonly string[] = readonly string[],
> {
  (...args: [...inputs: InputArgs<I>, ...options: OptionArgs<z.infer<S>, A>]): FeatureResult<O>;
  (...args: [...inputs: InputArgs<I>, options: Partial<z.infer<S>>]): FeatureResult<O>;
  readonly definition: FeatureDefinition;
}

/** Any feature, its types forgotten: what registries and lists hold. */
export interface AnyFeature {
  readonly definition: FeatureDefinition;
}

/**
 * Declares a feature and returns the typed function that strategies call.
 * Inputs named time, open, high, low, close, volume are taken from one candles argument; other names are series, in order.
 * @throws TidegateError FEATURE_OPTION when called with options that its schema refuses, FEATURE_GRID when its inputs lie on different grids
 */
export function defineFeature<
  const I extends readonly string[],
  S extends OptionsSchema,
  const A extends readonly (keyof z.infer<S> & string)[],
  const O extends readonly string[],
>(spec: FeatureSpec<I, S, A, O>): Feature<I, S, A, O> {
  const definition: FeatureDefinition = {
    ...spec,
    version: spec.version ?? 1,
    lookback: spec.lookback ?? (() => 0),
    settle: spec.settle ?? (() => 0),
  };
  const call = (...args: unknown[]) => declare(definition, args);
  return Object.assign(call, { definition }) as unknown as Feature<I, S, A, O>;
}

/** True when `inputs` are candle columns, so that the feature is called with candles. */
export function takesCandles(definition: FeatureDefinition): boolean {
  return definition.inputs.every((name) => (CANDLE_FIELDS as readonly string[]).includes(name));
}

/**
 * Checks and completes options.
 * @throws TidegateError FEATURE_OPTION naming the option, the value received and the range
 */
export function parseOptions(
  definition: FeatureDefinition,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const shape = definition.options.shape as Record<string, unknown>;
  for (const key of Object.keys(given)) {
    if (key in shape) continue;
    const names = Object.keys(shape);
    throw new TidegateError('FEATURE_OPTION', `${definition.name} has no option "${key}"`, {
      remedy: didYouMean(key, names) || `Its options: ${names.join(', ') || 'none'}.`,
    });
  }
  const parsed = definition.options.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = issue.path.join('.');
  const received = path ? JSON.stringify(given[issue.path[0] as string]) : JSON.stringify(given);
  throw new TidegateError(
    'FEATURE_OPTION',
    `${definition.name} cannot take ${path || 'options'} = ${received}: ${issue.message}`,
    { remedy: `"tidegate show feature ${definition.name}" has its options.` },
  );
}

function declare(definition: FeatureDefinition, args: readonly unknown[]): unknown {
  const { inputs, rest } = splitInputs(definition, args);
  const options = parseOptions(definition, optionsOf(definition, rest));
  const grid = inputs[0]?.grid;
  for (const input of inputs) {
    if (grid && gridKey(input.grid) !== gridKey(grid))
      throw new TidegateError(
        'FEATURE_GRID',
        `${definition.name} got series of ${gridKey(grid)} and ${gridKey(input.grid)}`,
        {
          remedy: "Bring the other one over first: m.at('1h', h => …) or m.pair('BTC/USDT', p => …).",
        },
      );
  }
  return bind(definition, options, inputs);
}

/** The series of a definition over given inputs, options already parsed: one, or a record by output name. */
export function bind(
  definition: FeatureDefinition,
  options: Readonly<Record<string, unknown>>,
  inputs: readonly Series[],
): Series | Record<string, Series> {
  const grid = inputs[0]!.grid;
  const key = `${definition.name}@${definition.version}(${canonical(options)})[${inputs.map((s) => s.key).join(',')}]`;
  const stages = (definition.stages?.() ?? []).map((stage) => {
    const from = stage.inputs?.map((k) => inputs[k]!) ?? inputs;
    return bind(stage.definition, stage.options, from) as Series;
  });
  const node = { kind: 'feature', grid, definition, options, inputs: [...inputs, ...stages], key } as const;
  if (definition.outputs.length === 1) return new Series(node, 0);
  return Object.fromEntries(definition.outputs.map((name, k) => [name, new Series(node, k)]));
}

function splitInputs(
  definition: FeatureDefinition,
  args: readonly unknown[],
): { inputs: Series[]; rest: readonly unknown[] } {
  const isBySeries = definition.inputs.includes('time') && args[0] instanceof Series;
  if (takesCandles(definition) && !isBySeries) {
    const candles = args[0] as CandleSeries | undefined;
    const inputs = definition.inputs.map((name) => candles?.[name as CandleField]);
    if (inputs.some((input) => !(input instanceof Series)))
      throw new TidegateError(
        'FEATURE_INPUT',
        `${definition.name} is computed from candles (${definition.inputs.join(', ')})`,
        {
          remedy: `Call it as ${callName(definition.name)}(m.candles, …).`,
        },
      );
    return { inputs: inputs as Series[], rest: args.slice(1) };
  }
  const inputs = args.slice(0, definition.inputs.length);
  if (inputs.length < definition.inputs.length || inputs.some((input) => !(input instanceof Series)))
    throw new TidegateError(
      'FEATURE_INPUT',
      `${definition.name} is computed from ${definition.inputs.length} series (${definition.inputs.join(', ')})`,
      {
        remedy: `Call it as ${callName(definition.name)}(m.candles.close, …).`,
      },
    );
  return { inputs: inputs as Series[], rest: args.slice(definition.inputs.length) };
}

function optionsOf(definition: FeatureDefinition, rest: readonly unknown[]): Record<string, unknown> {
  const only = rest[0];
  if (rest.length === 1 && typeof only === 'object' && only !== null && !Array.isArray(only))
    return only as Record<string, unknown>;
  const options: Record<string, unknown> = {};
  rest.forEach((value, i) => {
    const name = definition.args[i];
    if (name === undefined)
      throw new TidegateError(
        'FEATURE_OPTION',
        `${definition.name} takes ${definition.args.length} options by position, got ${rest.length}`,
        {
          remedy: `Give others by name: ${callName(definition.name)}(…, { name: value }).`,
        },
      );
    if (value !== undefined) options[name] = value;
  });
  return options;
}

/** `stoch-rsi` -> `stochRsi`: the name under which a feature is exported. */
export function callName(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, c: string) => c.toUpperCase());
}

/** Canonical text of options: keys sorted, so that equal options give equal keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.keys(value)
      .sort()
      .map((k) => `${JSON.stringify(k)}:${canonical((value as Record<string, unknown>)[k])}`)
      .join(',')}}`;
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value);
  return JSON.stringify(value) ?? 'null';
}

const periods = new Map<string, ReturnType<typeof makePeriod>>();
const makePeriod = (min: number, fallback: number, max: number) => z.int().min(min).max(max).default(fallback);

/** Schema of a window length in rows: an integer in [min, max]. Equal ones are shared: hundreds of features are declared at every start. */
export function period(min: number, fallback: number, max = 100_000): ReturnType<typeof makePeriod> {
  const key = `${min},${fallback},${max}`;
  const schema = periods.get(key) ?? makePeriod(min, fallback, max);
  periods.set(key, schema);
  return schema;
}

/**
 * Computes a definition over plain arrays from row 0: for tests, `compute` and tools; strategies go through the engine's plan.
 * @returns one array per output, as long as the inputs
 */
export function runFeature(
  definition: FeatureDefinition,
  options: Readonly<Record<string, unknown>>,
  inputs: readonly Float64Array[],
): Float64Array[] {
  const parsed = parseOptions(definition, options);
  const length = inputs[0]?.length ?? 0;
  const outputs: Column[] = definition.outputs.map(() => ({ values: new Float64Array(length), base: 0 }));
  const kernel: Kernel = definition.create(
    parsed as never,
    inputs.map((values) => ({ values, base: 0 })),
    outputs,
  );
  kernel.advance(0, length);
  return outputs.map((o) => o.values);
}
