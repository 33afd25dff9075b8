import { deserialize, serialize } from 'node:v8';
import type { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import type { TrialJob, TrialReport } from './evaluator.ts';
import { offerSetup, type RemoteSetup } from './redis-setup.ts';
import { type TrialCrew, TrialFailure } from './thread-pool.ts';

export const TRIAL_QUEUE = 'tidegate-trials';
/** Redis may be away for this long before a search gives up. */
const PATIENCE_MS = 15_000;

/** What a worker is sent; `job` is a TrialJob as serialised by V8 (base64), which keeps every bit of every number. */
export interface RemoteJob {
  readonly setup: string;
  readonly job: string;
}

/** What it answers. `isFatal`: no trial of this search can run there. */
export interface RemoteReply {
  readonly report?: string;
  readonly error?: { readonly message: string; readonly isFatal: boolean };
}

/** BullMQ and ioredis, which are optional. @throws TidegateError HPO_REDIS_PACKAGE */
export async function redisPackages(): Promise<{
  readonly bullmq: typeof import('bullmq');
  readonly ioredis: { readonly Redis: typeof Redis };
}> {
  try {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { bullmq, ioredis };
  } catch (cause) {
    throw new TidegateError('HPO_REDIS_PACKAGE', 'bullmq and ioredis are not installed', {
      where: '--workers',
      remedy: 'Run "npm install bullmq ioredis".',
      cause,
    });
  }
}

/** A connection that answers. @throws TidegateError HPO_REDIS */
export async function connectRedis(url: string): Promise<Redis> {
  const { ioredis } = await redisPackages();
  if (!/^rediss?:\/\//.test(url))
    throw new TidegateError('HPO_REDIS', `"${shownUrl(url)}" is no address of Redis`, {
      where: '--workers',
      remedy: 'Write redis://host:6379.',
    });
  const redis = new ioredis.Redis(url, { maxRetriesPerRequest: null, lazyConnect: true });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return redis;
  } catch (cause) {
    redis.disconnect();
    throw new TidegateError('HPO_REDIS', `Redis at ${shownUrl(url)} does not answer`, {
      where: '--workers',
      remedy: 'Check the address, and that Redis runs there.',
      cause,
    });
  }
}

/** An address without its password. */
function shownUrl(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//…@');
}

/** Trials run by `tidegate worker` processes anywhere. The study stays here: a worker that dies loses nothing, its trial goes to another. */
export class RedisCrew implements TrialCrew {
  readonly size = 64;
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #setup: string;
  readonly #control = new AbortController();
  readonly #waiting = new Set<(error: Error) => void>();
  #away: NodeJS.Timeout | undefined;
  #hasEnded = false;

  private constructor(url: string, redis: Redis, queue: Queue, events: QueueEvents, setup: string) {
    this.#redis = redis;
    this.#queue = queue;
    this.#events = events;
    this.#setup = setup;
    // Errors of the connection show as its being away.
    queue.on('error', () => {});
    events.on('error', () => {});
    redis.on('close', () => {
      if (this.#hasEnded) return;
      this.#away ??= setTimeout(
        () =>
          this.#fail(
            new TidegateError('HPO_REDIS', `Redis at ${shownUrl(url)} has gone away`, {
              where: '--workers',
              remedy: 'All trials that ended are kept: start Redis and run the same command again.',
            }),
          ),
        PATIENCE_MS,
      );
    });
    redis.on('ready', () => {
      clearTimeout(this.#away);
      this.#away = undefined;
    });
  }

  get failure(): AbortSignal {
    return this.#control.signal;
  }

  /** Connects, and offers what workers need. @throws TidegateError HPO_REDIS, HPO_REDIS_PACKAGE */
  static async connect(url: string, setup: RemoteSetup): Promise<RedisCrew> {
    const { bullmq } = await redisPackages();
    const redis = await connectRedis(url);
    const hash = await offerSetup(redis as never, setup);
    const queue = new bullmq.Queue(TRIAL_QUEUE, { connection: redis as never });
    const events = new bullmq.QueueEvents(TRIAL_QUEUE, { connection: redis.duplicate() as never });
    await events.waitUntilReady();
    if ((await queue.getWorkers()).length === 0)
      process.emitWarning(
        `no worker listens at ${shownUrl(url)} yet: start "tidegate worker --redis ${shownUrl(url)}"`,
      );
    return new RedisCrew(url, redis, queue, events, hash);
  }

  async run(job: TrialJob): Promise<TrialReport> {
    let cancel: ((error: Error) => void) | undefined;
    const lost = new Promise<never>((_, reject) => {
      cancel = reject;
      this.#waiting.add(reject);
    });
    lost.catch(() => {});
    try {
      const reply = await Promise.race([this.#ask(job), lost]);
      if (reply.report) return deserialize(Buffer.from(reply.report, 'base64')) as TrialReport;
      const { message, isFatal } = reply.error!;
      if (isFatal)
        this.#fail(
          new TidegateError('HPO_REMOTE_WORKER', `a worker cannot run this search: ${message}`, {
            remedy: 'Mend what it names on that machine, then start the search again: it goes on where it stopped.',
          }),
        );
      throw new TrialFailure(message);
    } finally {
      this.#waiting.delete(cancel!);
    }
  }

  async end(): Promise<void> {
    // Closing the connection ourselves is no absence: waiting for its return kept the process for 15 seconds.
    this.#hasEnded = true;
    clearTimeout(this.#away);
    for (const reject of this.#waiting) reject(new TrialFailure('stopped'));
    const isAway = this.#redis.status !== 'ready';
    if (!isAway) await Promise.allSettled([this.#events.close(), this.#queue.close()]);
    else void Promise.allSettled([this.#events.disconnect(), this.#queue.disconnect()]);
    this.#redis.disconnect();
  }

  async #ask(job: TrialJob): Promise<RemoteReply> {
    const data: RemoteJob = { setup: this.#setup, job: serialize(job).toString('base64') };
    const queued = await this.#queue.add('trial', data, { removeOnComplete: { age: 600 }, removeOnFail: true });
    try {
      return (await queued.waitUntilFinished(this.#events)) as RemoteReply;
    } catch (error) {
      throw new TrialFailure(messageOf(error));
    }
  }

  #fail(error: TidegateError): void {
    this.#control.abort(error);
    for (const reject of this.#waiting) reject(error);
  }
}
