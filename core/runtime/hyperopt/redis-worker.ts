import { deserialize, serialize } from 'node:v8';
import type { Job } from 'bullmq';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import type { Places } from '../assemble.ts';
import { findStrategy } from '../find-strategy.ts';
import type { TrialJob } from './evaluator.ts';
import { connectRedis, type RemoteJob, type RemoteReply, redisPackages, TRIAL_QUEUE } from './redis-crew.ts';
import { fetchSetup } from './redis-setup.ts';
import { ThreadPool, type TrialCrew } from './thread-pool.ts';

/** A worker that serves searches until it is closed. */
export interface RemoteWorker {
  /** Finishes the trials that run, then leaves. */
  close(): Promise<void>;
}

/** A worker that did not say that it lives for this long loses its trial to another one. */
const LOCK_MS = 10_000;

/**
 * Takes trials from Redis and runs them in threads, with the strategies and modules of its own user folder; candles come through Redis and are
 * held against their hashes.
 * @throws TidegateError HPO_REDIS, HPO_REDIS_PACKAGE
 */
export async function serveTrials(
  url: string,
  places: Places,
  jobs: number,
  onTrial: (text: string) => void = () => {},
): Promise<RemoteWorker> {
  const { bullmq } = await redisPackages();
  const redis = await connectRedis(url);
  const crews = new Map<string, Promise<TrialCrew>>();

  const crewFor = (hash: string): Promise<TrialCrew> => {
    let crew = crews.get(hash);
    if (!crew) {
      // One search at a time stays loaded: its columns are the most of a worker's memory.
      for (const [key, old] of crews) {
        crews.delete(key);
        void old.then(
          (c) => c.end(),
          () => {},
        );
      }
      crew = load(hash);
      crews.set(hash, crew);
      crew.catch(() => crews.delete(hash));
    }
    return crew;
  };
  const load = async (hash: string): Promise<TrialCrew> => {
    const { setting, snapshot, codeHashes } = await fetchSetup(redis as never, hash);
    for (const [name, codeHash] of Object.entries(codeHashes)) {
      const own = await findStrategy(name, places.userdir);
      if (own.codeHash !== codeHash)
        throw new TidegateError('HPO_REMOTE_CODE', `the strategy ${name} here is not the one of the search`, {
          where: own.path,
          remedy: 'Copy the strategy (and what it imports) to this machine.',
        });
    }
    onTrial(`loaded ${Object.keys(codeHashes).join(', ')}: ${snapshot.candles.size} tables of candles`);
    return new ThreadPool({ setting: { ...setting, places }, snapshot }, jobs);
  };

  const work = async ({ data }: Job<RemoteJob>): Promise<RemoteReply> => {
    let crew: TrialCrew;
    try {
      crew = await crewFor(data.setup);
    } catch (error) {
      return { error: { message: messageOf(error), isFatal: true } };
    }
    try {
      const report = await crew.run(deserialize(Buffer.from(data.job, 'base64')) as TrialJob);
      return { report: serialize(report).toString('base64') };
    } catch (error) {
      return { error: { message: messageOf(error), isFatal: false } };
    }
  };
  const worker = new bullmq.Worker<RemoteJob, RemoteReply>(TRIAL_QUEUE, work, {
    connection: redis.duplicate() as never,
    concurrency: jobs,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS / 2,
    maxStalledCount: 10,
  });
  worker.on('error', () => {});
  worker.on('completed', (job) => onTrial(`trial done (${job.id})`));
  await worker.waitUntilReady();
  return {
    async close() {
      await worker.close();
      for (const crew of crews.values()) await (await crew).end();
      redis.disconnect();
    },
  };
}
