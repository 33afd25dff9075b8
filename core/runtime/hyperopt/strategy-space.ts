import { timeframe } from '../../domain/timeframe.ts';
import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import type { Params, Space } from '../../hyperopt/index.ts';
import { spaceOfParameters } from '../../hyperopt/space/space.ts';
import { type DeclaredParameter, flatParameters } from '../../strategy/parameter-tree.ts';
import type { LeafParameter, ParamValue } from '../../strategy/parameters.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { GENERATED, generatedGroup, type TunedAttributes } from './generated-spaces.ts';
import type { ModuleSpaces } from './module-spaces.ts';

/** What a search looks through, and what it starts from. */
export interface StrategySpace {
  readonly space: Space;
  /** Groups that are searched. */
  readonly groups: readonly string[];
  /** The strategy's values as they are: tried first, where they lie in the space. */
  readonly start: Params;
  /**
   * The same without what was generated for roi, stoploss and trailing: the strategy's own table and stops stay, which those spaces cannot always say
   * (a ROI table of other rows, no trailing at all, a stop out of range). What results are held against.
   */
  readonly asItIs: Params;
}

/** A trial's parameters, sorted by where they go. */
export interface TrialParameters {
  /** Of `tune()`. */
  readonly parameters: Readonly<Record<string, ParamValue>>;
  /** Of generated spaces. */
  readonly attributes: TunedAttributes;
  /** Of modules, by path. */
  readonly options: Readonly<Record<string, ParamValue>>;
}

/**
 * The space of a strategy: its declared parameters and those written into module options, of the wanted groups, and generated ones for roi,
 * stoploss, trailing and module options where those are wanted and nothing of that group is declared.
 * @param wanted groups, or `all`; by default every declared group
 * @param given values that stand in for the declared defaults: of a parameter file, or the command line
 * @throws TidegateError SPACE_EMPTY, SPACE_GROUP
 */
export function strategySpace(
  strategy: Strategy,
  name: string,
  wanted: readonly string[] | undefined,
  given: Readonly<Record<string, unknown>> = {},
  modules: ModuleSpaces = { written: {}, generated: {} },
): StrategySpace {
  const all: Record<string, DeclaredParameter> = { ...strategy.declared, ...flatParameters(modules.written) };
  const declared = new Set<string>();
  for (const parameter of Object.values(all)) if (parameter.kind !== 'text') declared.add(parameter.space);
  const minutes = timeframe(strategy.timeframe).ms / 60_000;
  const generated: Record<string, Readonly<Record<string, LeafParameter>>> = { ...modules.generated };
  for (const [group, { tree }] of Object.entries(GENERATED)) generated[group] = tree(strategy, minutes);
  const groups = chosenGroups(wanted, declared, Object.keys(generated), name);
  for (const group of groups)
    if (!declared.has(group)) Object.assign(all, { ...flatParameters(generated[group] ?? {}), ...all });
  const start: Record<string, ParamValue> = {};
  for (const [key, parameter] of Object.entries(all)) {
    if (parameter.kind === 'text') continue;
    const value = (given[key] ?? parameter.fallback) as ParamValue;
    all[key] = { ...parameter, fallback: value } as DeclaredParameter;
    start[key] = value;
  }
  const own = Object.entries(start).filter(([key]) => key in strategy.declared || generatedGroup(key) === undefined);
  return { space: spaceOfParameters(all, groups), groups, start, asItIs: Object.fromEntries(own) };
}

function chosenGroups(
  wanted: readonly string[] | undefined,
  declared: ReadonlySet<string>,
  generated: readonly string[],
  name: string,
): string[] {
  if (!wanted) {
    if (declared.size > 0) return [...declared];
    throw new TidegateError('SPACE_EMPTY', `${name} declares no parameters to search`, {
      where: name,
      remedy: `Declare some with this.tune({ … }), or search what needs no declaration: --spaces ${generated.join(' ')}.`,
    });
  }
  const known = new Set([...declared, ...generated]);
  const groups = wanted.includes('all') ? [...known] : [...new Set(wanted)];
  for (const group of groups)
    if (!known.has(group))
      throw new TidegateError('SPACE_GROUP', `no parameter of ${name} belongs to the space "${group}"`, {
        where: '--spaces',
        remedy: `${didYouMean(group, known)} Spaces here: ${[...known].join(', ')}, or all.`.trim(),
      });
  return groups;
}

/** Sorts a trial's parameters into those that the strategy declares, the attributes that generated spaces mean, and options of modules. */
export function trialParameters(params: Params, strategy: Pick<Strategy, 'declared'>): TrialParameters {
  const parameters: Record<string, ParamValue> = {};
  const options: Record<string, ParamValue> = {};
  const groups = new Set<string>();
  for (const [key, value] of Object.entries(params)) {
    const group = generatedGroup(key);
    if (key in strategy.declared) parameters[key] = value;
    else if (group === undefined) options[key] = value;
    else groups.add(group);
  }
  const attributes = Object.assign({}, ...[...groups].map((group) => GENERATED[group]!.attributes(params)));
  return { parameters, attributes, options };
}
