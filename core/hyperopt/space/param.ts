/** A value of a search parameter. */
export type ParamValue = number | string | boolean;

/** Condition under which a parameter exists: the named choice or switch has one of these values. */
export type When = Readonly<Record<string, ParamValue | readonly ParamValue[]>>;

/** Options that every parameter takes. */
export interface ParamOptions {
  /** Group chosen by `--spaces`: entry, exit, roi, stoploss, trailing, protections, sizing, model, custom. */
  readonly space?: string;
  /** The parameter exists only while all named parents (dotted path from the root, or a sibling) have one of the values. */
  readonly when?: When;
}

/** A whole number in `[low, high]`, in steps of `step` from `low`; `log` spreads the search evenly over orders of magnitude. */
export interface IntParam extends ParamOptions {
  readonly kind: 'int';
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly log: boolean;
  readonly default: number;
}

/** A real number in `[low, high]`, continuous (`step` null) or in steps from `low`; `log` needs `low > 0`. */
export interface RealParam extends ParamOptions {
  readonly kind: 'real';
  readonly low: number;
  readonly high: number;
  readonly step: number | null;
  readonly log: boolean;
  readonly default: number;
}

/** One of a list of values without order. */
export interface ChoiceParam extends ParamOptions {
  readonly kind: 'choice';
  readonly options: readonly ParamValue[];
  readonly default: ParamValue;
}

/** A switch. */
export interface BoolParam extends ParamOptions {
  readonly kind: 'bool';
  readonly default: boolean;
}

/** Alternatives with parameters of their own: `name.kind` says which, `name.<alternative>.<parameter>` holds its parameters. */
export interface OneOfParam extends ParamOptions {
  readonly kind: 'oneOf';
  readonly branches: Readonly<Record<string, SpaceTree>>;
  readonly default: string;
}

export type Param = IntParam | RealParam | ChoiceParam | BoolParam | OneOfParam;

/** Search parameters by name; nested objects become dotted names (`exit.rsi`). */
export interface SpaceTree {
  readonly [name: string]: Param | SpaceTree;
}

interface NumberOptions extends ParamOptions {
  readonly step?: number;
  readonly log?: boolean;
}

/** Whole number parameter, e.g. `int(5, 50, 12)`. The default value is `low` where none is given. */
export function int(low: number, high: number, fallback: number = low, options: NumberOptions = {}): IntParam {
  const { step = 1, log = false, ...rest } = options;
  return { kind: 'int', low, high, step, log, default: fallback, ...rest };
}

/** Real parameter, e.g. `real(1e-4, 1, 0.01, { log: true })`. The default value is `low` where none is given. */
export function real(low: number, high: number, fallback: number = low, options: NumberOptions = {}): RealParam {
  const { step, log = false, ...rest } = options;
  return { kind: 'real', low, high, step: step ?? null, log, default: fallback, ...rest };
}

/** One of `options`; the default is the first. */
export function choice(
  options: readonly ParamValue[],
  fallback: ParamValue | undefined = options[0],
  more: ParamOptions = {},
): ChoiceParam {
  return { kind: 'choice', options, default: fallback as ParamValue, ...more };
}

/** A switch, off by default. */
export function bool(fallback = false, more: ParamOptions = {}): BoolParam {
  return { kind: 'bool', default: fallback, ...more };
}

/** Alternatives with parameters of their own, e.g. `oneOf({ tree: { depth: int(2, 40) }, linear: {} })`. */
export function oneOf(
  branches: Readonly<Record<string, SpaceTree>>,
  fallback: string | undefined = Object.keys(branches)[0],
  more: ParamOptions = {},
): OneOfParam {
  return { kind: 'oneOf', branches, default: fallback as string, ...more };
}
