import { didYouMean, TidegateError } from '../foundation/errors.ts';
import { type AnyFeature, callName } from '../indicators/feature.ts';
import { FEATURES, findFeature } from '../indicators/library.ts';
import { CANDLE_FIELDS } from '../indicators/series.ts';
import { namedOptions } from './option-values.ts';

/** A feature as the command line names it: `rsi`, `rsi:{"period":7}`, `correl:{"period":30,"inputs":["high","low"]}`. */
export interface FeatureSpec {
  readonly name: string;
  readonly feature: AnyFeature;
  readonly options: Readonly<Record<string, unknown>>;
  /** Columns for the inputs, in order; absent: those of the same name, `close` for others. */
  readonly inputs: readonly string[];
}

/** An expression as the command line gives it: `close.sub(open)`, or named `body=close.sub(open)`. */
export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

/** Reads one; undefined for a feature by its name, with options or without. */
export function readExpression(text: string): NamedExpression | undefined {
  const named = /^\s*([A-Za-z_]\w*)\s*=(.*)$/s.exec(text);
  if (named) return { name: named[1]!, expression: named[2]!.trim() };
  const isColumn = (CANDLE_FIELDS as readonly string[]).includes(text.trim());
  return !isColumn && /^\s*[A-Za-z][\w-]*\s*(:.*)?$/s.test(text)
    ? undefined
    : { name: text.trim(), expression: text.trim() };
}

/** The name in a spec: `rsi` of `rsi:{"period":7}`. */
export function nameOfSpec(text: string): string {
  return text.split(':', 1)[0]!.trim();
}

/** A feature set as the command line names it: `technical`, `momentum:{"period":10,"expand":{"lags":[1]}}`. */
export interface SetSpec {
  readonly set: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Reads one. With `expand` among the options a single feature is a set of its own.
 * @param sets names of the feature sets
 * @throws TidegateError FEATURE_UNKNOWN (nearest suggested), FEATURE_SPEC, USAGE_MODULE
 */
export function parseFeatureSpec(text: string, sets: readonly string[]): FeatureSpec | SetSpec {
  const { name, options: given = {} } = namedOptions(
    text,
    `, or an expression: '${callName(nameOfSpec(text))}(close, 14)'`,
  );
  const found = findFeature(name);
  if (!found && sets.includes(name)) return { set: name, options: given };
  if (!found)
    throw new TidegateError('FEATURE_UNKNOWN', `there is no feature or feature set "${name}"`, {
      remedy:
        `${didYouMean(name, [...FEATURES.keys(), ...sets])} "tidegate list features" shows all ${FEATURES.size}.`.trim(),
    });
  const { definition } = found.feature;
  if ('expand' in given) return { set: definition.name, options: given };
  const { inputs, ...options } = given as { inputs?: readonly string[] };
  const columns =
    inputs ??
    definition.inputs.map((input, k) =>
      (CANDLE_FIELDS as readonly string[]).includes(input) ? input : k === 0 ? 'close' : 'volume',
    );
  if (columns.length !== definition.inputs.length)
    throw new TidegateError(
      'FEATURE_SPEC',
      `${name} takes ${definition.inputs.length} inputs (${definition.inputs.join(', ')}), got ${columns.length}`,
      { remedy: 'Name as many columns in "inputs".' },
    );
  return { name: definition.name, feature: found.feature, options, inputs: columns };
}
