import { messageOf } from '../../foundation/message-of.ts';
import { failuresText, type Params, type StudyResult, type Trial } from '../../hyperopt/index.ts';
import { probabilisticSharpe } from '../../metrics/probabilistic-sharpe.ts';
import { dataKindOf } from '../../ports/market-data.ts';
import { judgeSearch, type SearchVerdict } from './judge-search.ts';
import type { Period } from './period-of.ts';
import { evaluateOn, type LoadedSearch } from './search.ts';
import type { TrialCrew } from './thread-pool.ts';
import { returnsOfTrial, type TrialMetrics } from './trial-report.ts';

/** One parameter set in and out of sample. */
export interface SampleRow {
  readonly name: 'as it is' | 'best' | 'most stable';
  /** Undefined where no trial is the strategy as it is, since what was searched cannot say its own ROI table or stops. */
  readonly trial: number | undefined;
  readonly params: Params;
  readonly train: { readonly values: readonly number[]; readonly metrics: TrialMetrics };
  /** Undefined where nothing is held out or the run failed there. */
  readonly test?: { readonly values: readonly number[]; readonly metrics: TrialMetrics };
  /** Probability that its true Sharpe ratio out of sample is above zero. */
  readonly testProbability: number;
}

/** What a row is called in tables and notes: `best (#12)`. */
export function nameOf({ name, trial }: Pick<SampleRow, 'name' | 'trial'>): string {
  return trial === undefined ? name : `${name} (#${trial})`;
}

/** Everything that is said of a search. */
export interface SearchReport {
  readonly study: string;
  readonly strategy: string;
  readonly pairs: readonly string[];
  readonly timeframe: string;
  readonly dataKind: 'real' | 'synthetic';
  readonly train: Period;
  readonly test: Period | undefined;
  readonly objectives: readonly { readonly name: string; readonly direction: string }[];
  readonly sampler: string;
  readonly seed: string | number;
  readonly result: StudyResult;
  readonly rows: readonly SampleRow[];
  readonly verdict: SearchVerdict;
  readonly notes: readonly string[];
}

/** Runs the best trial (and what it is held against) on the period that no trial saw, and judges the search as a whole. */
export async function reportSearch(
  search: LoadedSearch,
  crew: TrialCrew,
  study: string,
  result: StudyResult,
): Promise<SearchReport> {
  const { plan, options, train, test, space } = search;
  const verdict = judgeSearch(space.space, result.objectives, result.trials, result.best, plan.seed);
  const chosen: [SampleRow['name'], Trial | undefined][] = [
    ['best', result.best],
    ['most stable', verdict.stable === undefined ? undefined : result.trials[verdict.stable]],
  ];
  const rows: SampleRow[] = [];
  const failures = failuresText(result.trials);
  const notes = [...(options.notes ?? []), ...(failures ? [failures] : [])];
  const own = await asItIs(crew, search, result.trials[0]);
  if (own) rows.push(await outOfSample(crew, own, test, notes));
  for (const [name, trial] of chosen)
    if (trial?.state === 'complete') rows.push(await outOfSample(crew, rowOf(name, trial), test, notes));
  return {
    study,
    strategy: options.strategies[0]!.name,
    pairs: options.pairs,
    timeframe: String(search.identity.timeframe),
    dataKind: dataKindOf(options.data, options.exchange),
    train,
    test,
    objectives: result.objectives,
    sampler: plan.sampler,
    seed: plan.seed,
    result,
    rows,
    verdict,
    notes,
  };
}

type InSample = Omit<SampleRow, 'test' | 'testProbability'>;

function rowOf(name: SampleRow['name'], { number, params, values, attrs }: Trial): InSample {
  return { name, trial: number, params, train: { values, metrics: attrs as unknown as TrialMetrics } };
}

/** The strategy as it is, in sample: the first trial, where that is it; undefined where it was not completed. */
async function asItIs(
  crew: TrialCrew,
  { space, train }: LoadedSearch,
  first: Trial | undefined,
): Promise<InSample | undefined> {
  if (first?.state !== 'complete') return undefined;
  if (Object.keys(space.asItIs).length === Object.keys(space.start).length) return rowOf('as it is', first);
  const { values, metrics } = await evaluateOn(crew, space.asItIs, train);
  return { name: 'as it is', trial: undefined, params: space.asItIs, train: { values, metrics } };
}

async function outOfSample(
  crew: TrialCrew,
  row: InSample,
  test: Period | undefined,
  notes: string[],
): Promise<SampleRow> {
  if (!test) return { ...row, testProbability: Number.NaN };
  try {
    const { values, metrics } = await evaluateOn(crew, row.params, test);
    const returns = returnsOfTrial({ ...metrics });
    return { ...row, test: { values, metrics }, testProbability: returns ? probabilisticSharpe(returns) : Number.NaN };
  } catch (cause) {
    // A trial that ran in sample may lack data or throw out of it: the table then says nothing of it there, the note why.
    notes.push(`${nameOf(row)} failed on what is held out: ${messageOf(cause)}`);
    return { ...row, testProbability: Number.NaN };
  }
}
