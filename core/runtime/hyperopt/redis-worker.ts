import { deserialize, serialize } from 'node:v8';
import type { Job } from 'bullmq';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import { configuredStrategies, type Places } from '../assemble.ts';
import { loadRegistry } from '../load-registry.ts';
import type { TrialJob } from './evaluator.ts';
import { connectRedis, type RemoteJob, type RemoteReply, redisPackages, TRIAL_QUEUE } from './redis-crew.ts';
import { fetchSetup } from './redis-setup.ts';
import { ThreadPool, type TrialCrew } from './thread-pool.ts';
import { strategyHash } from './trial-crew.ts';

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
    const { setting, snapshot, strategyHashes, moduleHashes } = await fetchSetup(redis as never, hash);
    for (const [strategy, wanted] of Object.entries(strategyHashes)) {
      const { strategies } = await configuredStrategies({ ...setting.config, strategy }, places.userdir);
      if (strategyHash(strategies[0]!) !== wanted)
        throw new TidegateError('HPO_REMOTE_CODE', `the strategy ${strategy} here is not the one of the search`, {
          where: places.userdir,
          remedy:
            'Copy the strategy, what it imports and its parameter file (there or in neither place) to this machine.',
        });
    }
    const registry = await loadRegistry({ userdir: places.userdir, packages: setting.config.plugins });
    for (const [module, codeHash] of Object.entries(moduleHashes)) {
      if (registry.codeOf(module) !== codeHash)
        throw new TidegateError('HPO_REMOTE_CODE', `the module ${module} here is not the one of the search`, {
          where: `plugins in ${places.userdir}, and those of the configuration`,
          remedy:
            'Copy the file, or install the same version of the package, on this machine, and start its worker again.',
        });
    }
    onTrial(`loaded ${Object.keys(strategyHashes).join(', ')}: ${snapshot.candles.size} tables of candles`);
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
  const jobsFrom = redis.duplicate();
  const worker = new bullmq.Worker<RemoteJob, RemoteReply>(TRIAL_QUEUE, work, {
    connection: jobsFrom as never,
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
      // BullMQ leaves connections open that it did not make: one would keep the process for ever.
      jobsFrom.disconnect();
      redis.disconnect();
    },
  };
}
