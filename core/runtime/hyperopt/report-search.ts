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
  readonly trial: number;
  readonly params: Params;
  readonly train: { readonly values: readonly number[]; readonly metrics: TrialMetrics };
  /** Undefined where nothing is held out or the run failed there. */
  readonly test?: { readonly values: readonly number[]; readonly metrics: TrialMetrics };
  /** Probability that its true Sharpe ratio out of sample is above zero. */
  readonly testProbability: number;
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
    ['as it is', result.trials[0]],
    ['best', result.best],
    ['most stable', verdict.stable === undefined ? undefined : result.trials[verdict.stable]],
  ];
  const rows: SampleRow[] = [];
  const failures = failuresText(result.trials);
  const notes = [...(options.notes ?? []), ...(failures ? [failures] : [])];
  for (const [name, trial] of chosen) {
    if (trial?.state !== 'complete') continue;
    rows.push(await sampleRow(crew, name, trial, test, notes));
  }
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

async function sampleRow(
  crew: TrialCrew,
  name: SampleRow['name'],
  trial: Trial,
  test: Period | undefined,
  notes: string[],
): Promise<SampleRow> {
  const row = {
    name,
    trial: trial.number,
    params: trial.params,
    train: { values: trial.values, metrics: trial.attrs as unknown as TrialMetrics },
  };
  if (!test) return { ...row, testProbability: Number.NaN };
  try {
    const { values, metrics } = await evaluateOn(crew, trial.params, test);
    const returns = returnsOfTrial({ ...metrics });
    return { ...row, test: { values, metrics }, testProbability: returns ? probabilisticSharpe(returns) : Number.NaN };
  } catch (cause) {
    // A trial that ran in sample may lack data or throw out of it: the table then says nothing of it there, the note why.
    notes.push(`${name} (#${trial.number}) failed on what is held out: ${messageOf(cause)}`);
    return { ...row, testProbability: Number.NaN };
  }
}
