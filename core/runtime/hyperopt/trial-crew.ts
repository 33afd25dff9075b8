import type { TrialJob, TrialReport, TrialSetting } from './evaluator.ts';
import type { SharedMarket } from './shared-market.ts';
import { sameThread, ThreadPool, type TrialCrew } from './thread-pool.ts';

/** What trials need wherever they run. */
export interface CrewNeeds {
  readonly setting: TrialSetting;
  readonly market: SharedMarket;
  /** Of the strategies that jobs may name, as they are named: workers elsewhere must have the same files. */
  readonly codeHashes: Readonly<Record<string, string>>;
  /** Runs a trial in this thread. */
  readonly run: (job: TrialJob) => Promise<TrialReport>;
}

/** Threads for trials, this thread where one is enough, or workers anywhere through Redis. @throws TidegateError HPO_REDIS, HPO_REDIS_PACKAGE */
export async function trialCrew(
  { setting, market, codeHashes, run }: CrewNeeds,
  jobs: number,
  redis?: string,
): Promise<TrialCrew> {
  if (redis !== undefined) {
    const { RedisCrew } = await import('./redis-crew.ts');
    return RedisCrew.connect(redis, { setting, snapshot: await market.snapshot(), codeHashes });
  }
  if (jobs === 1) return sameThread(run);
  return new ThreadPool({ setting, snapshot: await market.snapshot() }, jobs);
}
