import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import { answerTrials, threadUrl } from './answer-trials.ts';
import type { TrialJob, TrialReport } from './evaluator.ts';
import { type ShelfChange, ShelfLedger, type ShelfReport } from './shelf-ledger.ts';
import type { WorkerReply, WorkerRequest, WorkerSetup } from './thread-messages.ts';

/** Runs trials somewhere. */
export interface TrialCrew {
  /** Trials that can run at a time. */
  readonly size: number;
  /** @throws TrialFailure with what the trial threw; TidegateError HPO_WORKER when the worker is gone */
  run(job: TrialJob): Promise<TrialReport>;
  end(): Promise<void>;
  /** Aborted, with the error, when nothing can run any more: the study is then left to be resumed. */
  readonly failure?: AbortSignal;
}

/** What a trial threw in another thread or process: its message is whole already. */
export class TrialFailure extends Error {}

interface Waiting {
  readonly job: TrialJob;
  readonly resolve: (report: TrialReport) => void;
  readonly reject: (error: Error) => void;
}

/** Short-lived objects of a thread get this much room: by default they would take 48 MB each before they are cleared. */
const YOUNG_MEGABYTES = 6;

/**
 * What a thread starts from. Code that this thread has compiled (its own main loop included) comes from the cache on disk: a thread that compiles
 * for itself also loads what strips types, 15 MB of it.
 */
function boot(): string {
  const url = JSON.stringify(threadUrl);
  // The folder of this version of Node lies in the one to be named.
  const own = getCompileCacheDir();
  const folder = JSON.stringify(own === undefined ? null : dirname(own));
  return `if (${folder}) require('node:module').enableCompileCache(${folder}); import(${url}).then((m) => m.${answerTrials.name}());`;
}

/** Worker threads that share the market's memory. A thread that dies takes its trial with it, and another takes its place. */
export class ThreadPool implements TrialCrew {
  readonly size: number;
  readonly #setup: WorkerSetup;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Waiting>();
  readonly #queue: Waiting[] = [];
  readonly #ledger: ShelfLedger;
  /** What a thread has not heard of the shelf. */
  readonly #news = new Map<Worker, ShelfChange[]>();
  #isEnded = false;

  constructor(setup: WorkerSetup, size: number) {
    this.#setup = setup;
    this.size = size;
    this.#ledger = new ShelfLedger(setup.setting.shelfBytes);
    flushCompileCache();
    // Every core has a thread of its own to run: compiling beside them saves no time, and leaves each with some 15 MB of the compiler's scraps.
    setFlagsFromString('--no-concurrent-recompilation');
    for (let k = 0; k < size; k++) this.#idle.push(this.#hire());
  }

  run(job: TrialJob): Promise<TrialReport> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, resolve, reject });
      this.#next();
    });
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    for (const waiting of this.#queue.splice(0)) waiting.reject(new TrialFailure('stopped'));
    await Promise.all([...this.#idle, ...this.#busy.keys()].map((worker) => worker.terminate()));
  }

  #next(): void {
    while (this.#queue.length > 0 && this.#idle.length > 0) {
      const worker = this.#idle.pop()!;
      const waiting = this.#queue.shift()!;
      this.#busy.set(worker, waiting);
      const changes = this.#news.get(worker)!.splice(0);
      worker.postMessage({ job: waiting.job, changes } satisfies WorkerRequest);
    }
  }

  #hear({ kept, used }: ShelfReport): void {
    for (const key of used) this.#ledger.use(key);
    for (const [key, columns] of kept) {
      const changes = this.#ledger.keep(key, columns);
      for (const news of this.#news.values()) news.push(...changes);
    }
  }

  #hire(): Worker {
    const worker = new Worker(boot(), {
      eval: true,
      workerData: this.#setup,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    worker.unref();
    this.#news.set(worker, [...this.#ledger.all]);
    worker.on('message', ({ report, failure, shelf }: WorkerReply) => {
      this.#hear(shelf);
      const waiting = this.#busy.get(worker);
      this.#busy.delete(worker);
      this.#idle.push(worker);
      if (report) waiting?.resolve(report);
      else waiting?.reject(new TrialFailure(failure!));
      this.#next();
    });
    const lost = (why: string) => {
      const waiting = this.#busy.get(worker);
      this.#busy.delete(worker);
      this.#news.delete(worker);
      const at = this.#idle.indexOf(worker);
      if (at >= 0) this.#idle.splice(at, 1);
      waiting?.reject(
        new TidegateError('HPO_WORKER', `the thread that ran the trial ended: ${why}`, {
          remedy:
            'Where memory is short, lower --jobs. Else something that the strategy or a module started, and nobody awaits, threw.',
        }),
      );
      if (this.#isEnded || (at < 0 && !waiting)) return;
      this.#idle.push(this.#hire());
      this.#next();
    };
    worker.once('error', (error) => lost(messageOf(error)));
    worker.once('exit', (code) => lost(`exit code ${code}`));
    return worker;
  }
}

/** Trials in this thread, one at a time. */
export function sameThread(run: (job: TrialJob) => Promise<TrialReport>): TrialCrew {
  let last: Promise<unknown> = Promise.resolve();
  return {
    size: 1,
    run(job) {
      // A turn of the event loop between trials, for signals and the display.
      const next = last.then(() => new Promise(setImmediate)).then(() => run(job));
      last = next.catch(() => undefined);
      return next;
    },
    end: () => Promise.resolve(),
  };
}
