import { TidegateError } from '../../foundation/errors.ts';
import {
  backtestPaths,
  type CombinatorialSplit,
  combinatorialSplits,
  groupSpans,
  type Params,
  type StudyStore,
  walkForwardEfficiency,
} from '../../hyperopt/index.ts';
import { duration } from '../../report/format.ts';
import { mapAtATime, studiesAtATime } from './at-a-time.ts';
import type { Period } from './period-of.ts';
import { evaluateOn, type LoadedSearch, runSearch } from './search.ts';
import type { TrialCrew } from './thread-pool.ts';
import type { TrialMetrics } from './trial-report.ts';
import { type WalkCurve, walkCurve } from './walk-forward.ts';

/** How to cut a period for cross-validation. */
export interface CrossPlan {
  readonly groups: number;
  /** Groups that a split holds out; 1 is plain purged k-fold. */
  readonly testGroups: number;
  /** Cut from training before each test; undefined: the longest time that the strategy as it is holds a trade. */
  readonly purgeMs?: number;
  /** Cut from training after each test; undefined: how far back features look. */
  readonly embargoMs?: number;
  /** Where the study of a split is kept, so that a broken-off run can go on. */
  readonly storeOf?: (split: number) => StudyStore;
  readonly signal?: AbortSignal;
  readonly onTrial?: (split: number, splits: number, trial: number) => void;
}

/** One split: what was tuned on its training, and what that earned on each group held out. */
export interface CrossSplit extends CombinatorialSplit {
  /** Undefined where no trial was feasible: nothing was traded then. */
  readonly best: { readonly trial: number; readonly params: Params; readonly values: readonly number[] } | undefined;
  readonly trained: TrialMetrics | undefined;
  /** In order of `testGroups`. */
  readonly tested: readonly (TrialMetrics | undefined)[];
}

export interface CrossReport {
  readonly groups: readonly Period[];
  readonly purgeMs: number;
  readonly embargoMs: number;
  readonly splits: readonly CrossSplit[];
  /** Whole ways through the period, out of sample throughout, each tuned on other data than it trades. */
  readonly paths: readonly WalkCurve[];
  readonly asItIs: WalkCurve;
  /** Share of the paths that earned, and that earned more than the strategy as it is. */
  readonly winningShare: number;
  readonly betterShare: number;
  /** Growth out of sample over growth in sample; 1 = nothing lost, NaN where less than 1 % a year grew in sample. */
  readonly efficiency: number;
  readonly isStopped: boolean;
}

/** No more of a group than this is purged or embargoed unless it is asked for. */
const MOST_CUT = 0.25;

/**
 * Combinatorial purged cross-validation of a search (Lopez de Prado, Advances in Financial Machine Learning, 2018, chapter 12): for every way of
 * holding out groups, tunes on the rest and trades what is held out, each group from a flat account and with features warmed up before it.
 * @throws TidegateError HPO_WINDOWS where the groups leave nothing to tune on, HPO_OPTION with a pruner
 */
export async function crossValidate(search: LoadedSearch, crew: TrialCrew, plan: CrossPlan): Promise<CrossReport> {
  const { period, space, options } = search;
  if (search.plan.pruner)
    throw new TidegateError('HPO_OPTION', 'trials of a cross-validation run on several stretches and are not pruned', {
      where: '--pruner',
      remedy: 'Leave --pruner out.',
    });
  const groups = groupSpans({ ...period, groups: plan.groups });
  const most = ((period.to - period.from) / plan.groups) * MOST_CUT;
  const whole = plan.purgeMs ?? (await evaluateOn(crew, space.asItIs, period)).metrics.longestHoldMs;
  const purgeMs = plan.purgeMs ?? Math.min(whole, most);
  const embargoMs = plan.embargoMs ?? Math.min(search.memoryMs, most);
  const { testGroups } = plan;
  const cuts = combinatorialSplits({ ...period, groups: plan.groups, testGroups, purgeMs, embargoMs });
  if (cuts.some(({ train }) => train.length === 0))
    throw new TidegateError(
      'HPO_WINDOWS',
      `purging ${duration(purgeMs)} and ${duration(embargoMs)} leaves nothing to tune on`,
      {
        remedy: 'Shorten --purge and --embargo, or take fewer groups.',
      },
    );
  const asItIs = await Promise.all(groups.map((span) => evaluateOn(crew, space.asItIs, span)));
  const all = await mapAtATime(
    cuts.map((cut, index) => ({ cut, index })),
    studiesAtATime(search, crew),
    ({ cut, index }) => splitOf(search, crew, plan, cut, index, cuts.length, groups),
  );
  const isStopped = all.includes(undefined);
  const splits = all.filter((split) => split !== undefined);
  const balance = options.startingBalance;
  const own = walkCurve(
    groups.map((span, g) => [span, asItIs[g]!.metrics]),
    balance,
  );
  const paths = isStopped
    ? []
    : backtestPaths(cuts, plan.groups).map((path) =>
        walkCurve(
          groups.map((span, g) => {
            const split = splits[path[g]!]!;
            return [span, split.tested[split.testGroups.indexOf(g)]];
          }),
          balance,
        ),
      );
  const share = (isSo: (path: WalkCurve) => boolean) => paths.filter(isSo).length / paths.length;
  return {
    groups,
    purgeMs,
    embargoMs,
    splits,
    paths,
    asItIs: own,
    winningShare: share((path) => path.totalReturn > 0),
    betterShare: share((path) => path.totalReturn > own.totalReturn),
    efficiency: efficiencyOf(splits, groups),
    isStopped,
  };
}

async function splitOf(
  search: LoadedSearch,
  crew: TrialCrew,
  plan: CrossPlan,
  cut: CombinatorialSplit,
  index: number,
  count: number,
  groups: readonly Period[],
): Promise<CrossSplit | undefined> {
  const study = await runSearch(search, crew, {
    train: { from: cut.train[0]!.from, to: cut.train.at(-1)!.to },
    spans: cut.train,
    ...(plan.storeOf && { store: plan.storeOf(index) }),
    ...(plan.signal && { signal: plan.signal }),
    onTrial: (trial) => plan.onTrial?.(index, count, trial.number),
  });
  if (study.end === 'stopped') return undefined;
  const { best } = study;
  const tested = await Promise.all(
    cut.testGroups.map(async (g) => best && (await evaluateOn(crew, best.params, groups[g]!)).metrics),
  );
  return {
    ...cut,
    best: best && { trial: best.number, params: best.params, values: best.values },
    trained: best && (best.attrs as unknown as TrialMetrics),
    tested,
  };
}

function efficiencyOf(splits: readonly CrossSplit[], groups: readonly Period[]): number {
  const length = (spans: readonly Period[]) => spans.reduce((sum, s) => sum + s.to - s.from, 0);
  return walkForwardEfficiency(
    splits.flatMap(({ train, trained, tested, testGroups }) =>
      trained
        ? [
            {
              trainReturn: trained.profit,
              trainMs: length(train),
              testReturn: tested.reduce((growth, t) => growth * (1 + (t?.profit ?? 0)), 1) - 1,
              testMs: length(testGroups.map((g) => groups[g]!)),
            },
          ]
        : [],
    ),
  );
}
