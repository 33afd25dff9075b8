import { timeframe } from '../../domain/timeframe.ts';
import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import {
  bool,
  choice,
  compileSpace,
  int,
  type Param,
  type Params,
  type ParamValue,
  real,
  type Space,
} from '../../hyperopt/index.ts';
import type { Parameter } from '../../strategy/parameters.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { GENERATED, generatedGroup, type TunedAttributes } from './generated-spaces.ts';

/** What a search looks through, and what it starts from. */
export interface StrategySpace {
  readonly space: Space;
  /** Groups that are searched. */
  readonly groups: readonly string[];
  /** The strategy's values as they are: tried first, where they lie in the space. */
  readonly start: Params;
}

/** A trial's parameters, sorted by where they go. */
export interface TrialParameters {
  /** Of `tune()`. */
  readonly parameters: Readonly<Record<string, ParamValue>>;
  /** Of generated spaces. */
  readonly attributes: TunedAttributes;
}

/**
 * The space of a strategy: its declared parameters of the wanted groups, and generated ones for roi, stoploss and trailing where those are
 * wanted and the strategy declares none of that group.
 * @param wanted groups, or `all`; by default every declared group
 * @param given values that stand in for the declared defaults: of a parameter file, or the command line
 * @throws TidegateError SPACE_EMPTY, SPACE_GROUP
 */
export function strategySpace(
  strategy: Strategy,
  name: string,
  wanted: readonly string[] | undefined,
  given: Readonly<Record<string, unknown>> = {},
): StrategySpace {
  const tree: Record<string, Param> = {};
  const start: Record<string, ParamValue> = {};
  const declared = new Set<string>();
  for (const [key, parameter] of Object.entries(strategy.declared)) {
    const param = searchable(parameter, given[key] ?? parameter.fallback);
    if (!param) continue;
    tree[key] = param;
    start[key] = (param as { readonly default: ParamValue }).default;
    declared.add(parameter.space);
  }
  const groups = chosenGroups(wanted, declared, name);
  const minutes = timeframe(strategy.timeframe).ms / 60_000;
  for (const [group, generated] of Object.entries(GENERATED)) {
    if (!groups.includes(group) || declared.has(group)) continue;
    for (const [key, param] of Object.entries(generated.tree(strategy, minutes))) {
      if (key in tree) continue;
      tree[key] = param as Param;
      start[key] = (param as { readonly default: ParamValue }).default;
    }
  }
  return { space: compileSpace(tree, groups), groups, start };
}

function chosenGroups(wanted: readonly string[] | undefined, declared: ReadonlySet<string>, name: string): string[] {
  if (!wanted) {
    if (declared.size > 0) return [...declared];
    throw new TidegateError('SPACE_EMPTY', `${name} declares no parameters to search`, {
      where: name,
      remedy:
        'Declare some with this.tune({ … }), or search what needs no declaration: --spaces roi stoploss trailing.',
    });
  }
  const known = new Set([...declared, ...Object.keys(GENERATED)]);
  const groups = wanted.includes('all') ? [...known] : [...new Set(wanted)];
  for (const group of groups)
    if (!known.has(group))
      throw new TidegateError('SPACE_GROUP', `no parameter of ${name} belongs to the space "${group}"`, {
        where: '--spaces',
        remedy: `${didYouMean(group, known)} Spaces here: ${[...known].join(', ')}, or all.`.trim(),
      });
  return groups;
}

function searchable(parameter: Parameter, value: unknown): Param | undefined {
  const { space } = parameter;
  const options = { space };
  switch (parameter.kind) {
    case 'int':
      return int(parameter.low, parameter.high, value as number, {
        ...options,
        step: parameter.step,
        log: parameter.log,
      });
    case 'real':
      return real(parameter.low, parameter.high, value as number, {
        ...options,
        ...(parameter.step !== null && { step: parameter.step }),
        log: parameter.log,
      });
    case 'choice':
      return choice(parameter.values as readonly ParamValue[], value as ParamValue, options);
    case 'bool':
      return bool(value as boolean, options);
    default:
      // A text, such as a file's path, is given and never searched.
      return undefined;
  }
}

/** Sorts a trial's parameters into those of `tune()` and the attributes that generated spaces mean. */
export function trialParameters(params: Params): TrialParameters {
  const parameters: Record<string, ParamValue> = {};
  const groups = new Set<string>();
  for (const [key, value] of Object.entries(params)) {
    const group = generatedGroup(key);
    if (group === undefined) parameters[key] = value;
    else groups.add(group);
  }
  const attributes = Object.assign({}, ...[...groups].map((group) => GENERATED[group]!.attributes(params)));
  return { parameters, attributes };
}
