import { TidegateError } from '../foundation/errors.ts';

/** Groups of parameters that `hyperopt --spaces` chooses from. */
export type ParameterSpace =
  | 'entry'
  | 'exit'
  | 'roi'
  | 'stoploss'
  | 'trailing'
  | 'protections'
  | 'sizing'
  | 'execution'
  | 'model'
  | 'custom';

/** A value that a search can try. */
export type ParamValue = number | string | boolean;

/** When a parameter counts: each named choice or switch (a sibling, or a dotted path from the root) has one of the values. */
export type When = Readonly<Record<string, ParamValue | readonly ParamValue[]>>;

interface ParameterOptions {
  /** Default: the group of the alternative that it is in, else `custom`. */
  readonly space?: ParameterSpace;
  /** Where this does not hold, no search varies the parameter: it has its default. */
  readonly when?: When;
}

interface Ranged<T> extends ParameterOptions {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly fallback: number;
  readonly type?: T;
}

/** A whole number in `[low, high]`, in steps of `step` from `low`; `log` spreads the search evenly over orders of magnitude. */
export interface IntParameter<T = unknown> extends Ranged<T> {
  readonly kind: 'int';
  readonly step: number;
}

/** A real number in `[low, high]`, continuous (`step` null) or in steps from `low`. */
export interface RealParameter<T = unknown> extends Ranged<T> {
  readonly kind: 'real';
  readonly step: number | null;
}

/** One of a list of values without order. */
export interface ChoiceParameter<T = unknown> extends ParameterOptions {
  readonly kind: 'choice';
  readonly values: readonly unknown[];
  readonly fallback: unknown;
  readonly type?: T;
}

/** A switch. */
export interface BoolParameter<T = unknown> extends ParameterOptions {
  readonly kind: 'bool';
  readonly fallback: boolean;
  readonly type?: T;
}

/** Free text; never searched. */
export interface TextParameter<T = unknown> extends ParameterOptions {
  readonly kind: 'text';
  readonly fallback: string;
  readonly type?: T;
}

/** Alternatives with parameters of their own. */
export interface OneOfParameter<T = unknown> extends ParameterOptions {
  readonly kind: 'oneOf';
  readonly branches: Readonly<Record<string, ParameterTree>>;
  readonly fallback: string;
  readonly type?: T;
}

/** One parameter: its kind, range, default and group. All but `text` are searchable. */
export type Parameter<T = unknown> =
  | IntParameter<T>
  | RealParameter<T>
  | ChoiceParameter<T>
  | BoolParameter<T>
  | TextParameter<T>
  | OneOfParameter<T>;

/** A parameter that has one value. */
export type LeafParameter = Exclude<Parameter, OneOfParameter>;

/** Parameters by name; nested records become dotted names (`exit.rsi`). */
export interface ParameterTree {
  readonly [name: string]: Parameter | ParameterTree;
}

interface NumberOptions extends ParameterOptions {
  /** Only values `low + k * step` are tried. */
  readonly step?: number;
  /** Search on a logarithmic scale; the range must be positive. */
  readonly log?: boolean;
}

/**
 * An integer parameter in [low, high] with a default (`low` where none is given): `int(5, 50, 12)`.
 * @throws TidegateError PARAM_RANGE when low > high, the default lies outside, or a bound is no integer
 */
export function int(
  low: number,
  high: number,
  fallback: number = low,
  options: NumberOptions = {},
): IntParameter<number> {
  const { step = 1, log = false, ...rest } = options;
  for (const value of [low, high, fallback, step])
    if (!Number.isInteger(value))
      throw new TidegateError('PARAM_RANGE', `int(${low}, ${high}, ${fallback}): ${value} is not an integer`, {
        remedy: 'Use real(...) for fractions.',
      });
  checkRange('int', low, high, fallback, { step, log });
  return { kind: 'int', low, high, step, log, fallback, ...rest };
}

/** A real parameter in [low, high] with a default, optionally on a logarithmic scale or a grid of `step`: `real(1e-4, 1, 0.01, { log: true })`. */
export function real(
  low: number,
  high: number,
  fallback: number = low,
  options: NumberOptions = {},
): RealParameter<number> {
  const { step = null, log = false, ...rest } = options;
  checkRange('real', low, high, fallback, { step, log });
  return { kind: 'real', low, high, step, log, fallback, ...rest };
}

/** One of several values; the default is the first unless named. @throws TidegateError PARAM_RANGE for none, or one listed twice */
export function choice<const T>(
  values: readonly T[],
  fallback: T = values[0]!,
  options: ParameterOptions = {},
): ChoiceParameter<T> {
  const shown = `choice(${JSON.stringify(values)})`;
  if (values.length === 0)
    throw new TidegateError('PARAM_RANGE', `${shown} has no values`, { remedy: 'List at least one.' });
  if (new Set(values).size < values.length)
    throw new TidegateError('PARAM_RANGE', `${shown}: a value is listed twice`, { remedy: 'Remove one of the two.' });
  if (!values.includes(fallback))
    throw new TidegateError('PARAM_RANGE', `${shown}: the default ${JSON.stringify(fallback)} is not one of them`, {
      remedy: 'Add it to the values, or name one of them.',
    });
  return { kind: 'choice', values, fallback, ...options };
}

/** True or false. */
export function bool(fallback = false, options: ParameterOptions = {}): BoolParameter<boolean> {
  return { kind: 'bool', fallback, ...options };
}

/** Free text, such as the path of a file. It is never searched: hyperopt leaves it as given. */
export function text(fallback: string): TextParameter<string> {
  return { kind: 'text', fallback };
}

/** The chosen alternative of `oneOf` by `kind`, with its parameters. */
type Alternatives<B extends Readonly<Record<string, ParameterTree>>> = {
  readonly [K in keyof B]: { readonly kind: K } & ParameterValues<B[K]>;
}[keyof B];

/**
 * Alternatives with parameters of their own: `oneOf({ atr: { factor: real(1, 5, 3) }, fixed: {} })` gives `{ kind: 'atr', factor: 3 }`.
 * `name.kind` says which, `name.<alternative>.<parameter>` holds its parameters.
 * @throws TidegateError PARAM_RANGE for a default that is none of them
 */
export function oneOf<const B extends Readonly<Record<string, ParameterTree>>>(
  branches: B,
  fallback?: keyof B & string,
  options: ParameterOptions = {},
): OneOfParameter<Alternatives<B>> {
  const { fallback: first } = choice(Object.keys(branches), fallback);
  return { kind: 'oneOf', branches, fallback: first as string, ...options };
}

/** The values that parameters give: `{ fast: Parameter<number>, exit: { rsi: Parameter<number> } }` -> `{ fast: number, exit: { rsi: number } }`. */
export type ParameterValues<P> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T>
    ? T
    : P[K] extends ParameterTree
      ? ParameterValues<P[K]>
      : never;
};

/**
 * Checks one given value against its parameter.
 * @throws TidegateError PARAM_VALUE naming the parameter, the value and the range
 */
export function checkParameter(name: string, parameter: LeafParameter, value: unknown): unknown {
  const refuse = (want: string) => {
    throw new TidegateError('PARAM_VALUE', `parameter "${name}" cannot be ${JSON.stringify(value)}`, {
      remedy: `Give ${want}.`,
    });
  };
  if (parameter.kind === 'choice')
    return parameter.values.includes(value) ? value : refuse(`one of ${JSON.stringify(parameter.values)}`);
  if (parameter.kind === 'bool') return typeof value === 'boolean' ? value : refuse('true or false');
  // A file may well be named 2024: what the command line read as a number is text again.
  if (parameter.kind === 'text')
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : refuse('a text');
  const range = `${parameter.kind === 'int' ? 'an integer' : 'a number'} from ${parameter.low} to ${parameter.high}`;
  if (typeof value !== 'number' || !(value >= parameter.low && value <= parameter.high)) return refuse(range);
  return parameter.kind === 'int' && !Number.isInteger(value) ? refuse(range) : value;
}

function checkRange(
  kind: string,
  low: number,
  high: number,
  fallback: number,
  { step, log }: { readonly step: number | null; readonly log: boolean },
): void {
  const refuse = (what: string): never => {
    throw new TidegateError('PARAM_RANGE', `${kind}(${low}, ${high}, ${fallback}): ${what}`, {
      remedy: `Arguments are the low bound, the high bound and the default: ${kind}(5, 50, 12).`,
    });
  };
  if (!Number.isFinite(low) || !Number.isFinite(high)) refuse('the bounds must be finite numbers');
  if (low > high) refuse('the low bound is above the high one');
  if (!(fallback >= low && fallback <= high)) refuse('the default lies outside the range');
  if (step !== null && !(step > 0)) refuse(`the step is ${step}, not above zero`);
  if (log && low <= 0) refuse('a logarithmic range must be positive');
}
