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
  | 'model'
  | 'custom';

interface ParameterOptions {
  readonly space?: ParameterSpace;
}

/** One parameter: its kind, range, default and group. All but `text` are searchable. */
export type Parameter<T = unknown> =
  | {
      readonly kind: 'int';
      readonly low: number;
      readonly high: number;
      readonly step: number;
      readonly log: boolean;
      readonly fallback: number;
      readonly space: ParameterSpace;
      readonly type?: T;
    }
  | {
      readonly kind: 'real';
      readonly low: number;
      readonly high: number;
      readonly step: number | null;
      readonly log: boolean;
      readonly fallback: number;
      readonly space: ParameterSpace;
      readonly type?: T;
    }
  | {
      readonly kind: 'choice';
      readonly values: readonly unknown[];
      readonly fallback: unknown;
      readonly space: ParameterSpace;
      readonly type?: T;
    }
  | { readonly kind: 'bool'; readonly fallback: boolean; readonly space: ParameterSpace; readonly type?: T }
  | { readonly kind: 'text'; readonly fallback: string; readonly space: ParameterSpace; readonly type?: T };

interface NumberOptions extends ParameterOptions {
  readonly step?: number;
  /** Search on a logarithmic scale; the range must be positive. */
  readonly log?: boolean;
}

/**
 * An integer parameter in [low, high] with a default.
 * @throws TidegateError PARAM_RANGE when low > high, the default lies outside, or a bound is no integer
 */
export function int(low: number, high: number, fallback: number, options: NumberOptions = {}): Parameter<number> {
  for (const value of [low, high, fallback])
    if (!Number.isInteger(value))
      throw new TidegateError('PARAM_RANGE', `int(${low}, ${high}, ${fallback}): ${value} is not an integer`, {
        remedy: 'Use real(...) for fractions.',
      });
  checkRange('int', low, high, fallback, options);
  return {
    kind: 'int',
    low,
    high,
    step: options.step ?? 1,
    log: options.log ?? false,
    fallback,
    space: options.space ?? 'custom',
  };
}

/** A real parameter in [low, high] with a default, optionally on a logarithmic scale or a grid of `step`. */
export function real(low: number, high: number, fallback: number, options: NumberOptions = {}): Parameter<number> {
  checkRange('real', low, high, fallback, options);
  return {
    kind: 'real',
    low,
    high,
    step: options.step ?? null,
    log: options.log ?? false,
    fallback,
    space: options.space ?? 'custom',
  };
}

/** One of several values; the default is the first unless named. */
export function choice<const T>(
  values: readonly T[],
  fallback: T = values[0]!,
  options: ParameterOptions = {},
): Parameter<T> {
  if (!values.includes(fallback))
    throw new TidegateError(
      'PARAM_RANGE',
      `choice: the default ${JSON.stringify(fallback)} is not one of ${JSON.stringify(values)}`,
    );
  return { kind: 'choice', values, fallback, space: options.space ?? 'custom' };
}

/** True or false. */
export function bool(fallback: boolean, options: ParameterOptions = {}): Parameter<boolean> {
  return { kind: 'bool', fallback, space: options.space ?? 'custom' };
}

/** Free text, such as the path of a file. It is never searched: hyperopt leaves it as given. */
export function text(fallback: string): Parameter<string> {
  return { kind: 'text', fallback, space: 'custom' };
}

/** The values that a record of parameters gives: `{ fast: Parameter<number> }` -> `{ fast: number }`. */
export type ParameterValues<P extends Readonly<Record<string, Parameter>>> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

/**
 * Checks one given value against its parameter.
 * @throws TidegateError PARAM_VALUE naming the parameter, the value and the range
 */
export function checkParameter(name: string, parameter: Parameter, value: unknown): unknown {
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

function checkRange(kind: string, low: number, high: number, fallback: number, options: NumberOptions): void {
  const shown = `${kind}(${low}, ${high}, ${fallback})`;
  if (!(low <= high)) throw new TidegateError('PARAM_RANGE', `${shown}: the low bound is above the high one`);
  if (!(fallback >= low && fallback <= high))
    throw new TidegateError('PARAM_RANGE', `${shown}: the default lies outside the range`);
  if (options.log && low <= 0) throw new TidegateError('PARAM_RANGE', `${shown}: a logarithmic range must be positive`);
}
