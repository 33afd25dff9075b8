import { didYouMean, TidegateError } from '../foundation/errors.ts';
import type { AnyFeature } from '../indicators/feature.ts';
import { FEATURES } from '../indicators/library.ts';

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
  return /^\s*[A-Za-z][\w-]*\s*(:.*)?$/s.test(text) ? undefined : { name: text.trim(), expression: text.trim() };
}

/**
 * Reads one.
 * @throws TidegateError FEATURE_UNKNOWN (nearest suggested), FEATURE_SPEC
 */
export function parseFeatureSpec(text: string): FeatureSpec {
  const at = text.indexOf(':');
  const name = (at < 0 ? text : text.slice(0, at)).trim();
  const found = FEATURES.get(name) ?? FEATURES.get(name.toLowerCase().replace(/_/g, '-'));
  if (!found)
    throw new TidegateError('FEATURE_UNKNOWN', `there is no feature "${name}"`, {
      remedy: `${didYouMean(name, FEATURES.keys())} "tidegate list features" shows all ${FEATURES.size}.`.trim(),
    });
  let given: Record<string, unknown> = {};
  if (at >= 0) {
    try {
      given = JSON.parse(text.slice(at + 1)) as Record<string, unknown>;
    } catch (cause) {
      throw new TidegateError('FEATURE_SPEC', `the options in "${text}" are not JSON`, {
        remedy: `Write ${name}:{"period":14}, in quotes that your shell keeps.`,
        cause,
      });
    }
  }
  const { inputs, ...options } = given as { inputs?: readonly string[] };
  const { definition } = found.feature;
  const columns =
    inputs ??
    definition.inputs.map((input, k) =>
      ['open', 'high', 'low', 'close', 'volume', 'time'].includes(input) ? input : k === 0 ? 'close' : 'volume',
    );
  if (columns.length !== definition.inputs.length)
    throw new TidegateError(
      'FEATURE_SPEC',
      `${name} takes ${definition.inputs.length} inputs (${definition.inputs.join(', ')}), got ${columns.length}`,
    );
  return { name: definition.name, feature: found.feature, options, inputs: columns };
}
