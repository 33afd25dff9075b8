import type { StrategySource } from '../backtest-options.ts';
import { hashOf } from '../result-of.ts';
import type { TrialJob, TrialReport, TrialSetting } from './evaluator.ts';
import type { SharedMarket } from './shared-market.ts';
import { sameThread, ThreadPool, type TrialCrew } from './thread-pool.ts';

/** What trials need wherever they run. */
export interface CrewNeeds {
  readonly setting: TrialSetting;
  readonly market: SharedMarket;
  /** `strategyHash` of the strategies that jobs may name, as they are named: workers elsewhere must have the same files. */
  readonly strategyHashes: Readonly<Record<string, string>>;
  /** Of the modules that they use and that are none of ours, by kind and name. */
  readonly moduleHashes: Readonly<Record<string, string>>;
  /** Runs a trial in this thread. */
  readonly run: (job: TrialJob) => Promise<TrialReport>;
}

/** What of a strategy's files decides its trials: its code, and the values of its parameter file. */
export function strategyHash({ codeHash, parameters = {}, tuned }: StrategySource): string {
  return hashOf({ codeHash, parameters, attributes: tuned?.attributes ?? {}, options: tuned?.options ?? {} });
}

/** Threads for trials, this thread where one is enough, or workers anywhere through Redis. @throws TidegateError HPO_REDIS, HPO_REDIS_PACKAGE */
export async function trialCrew(
  { setting, market, strategyHashes, moduleHashes, run }: CrewNeeds,
  jobs: number,
  redis?: string,
): Promise<TrialCrew> {
  if (redis !== undefined) {
    const { RedisCrew } = await import('./redis-crew.ts');
    return RedisCrew.connect(redis, { setting, snapshot: await market.snapshot(), strategyHashes, moduleHashes });
  }
  if (jobs === 1) return sameThread(run);
  return new ThreadPool({ setting, snapshot: await market.snapshot() }, jobs);
}
