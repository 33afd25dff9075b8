import { Worker } from 'node:worker_threads';
import { sharedCopy } from '../../columns/shared-copy.ts';
import { type ErrorRecord, errorOf } from '../../foundation/error-record.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import type { FittedWindow } from '../../ml/walk/fit-window.ts';
import type { Dataset } from '../../ports/learning-modules.ts';
import type { Trainer, TrainingJob } from './trainer.ts';

/** Where a thread finds the modules of user and packages. */
export interface TrainerSetup {
  readonly userdir?: string;
  readonly packages?: readonly string[];
}

/** A message to a thread: a dataset over shared memory, or a window to train. */
export type TrainerRequest =
  | { readonly kind: 'dataset'; readonly id: number; readonly dataset: Dataset }
  | { readonly kind: 'job'; readonly job: TrainingJob };

export interface TrainerReply {
  readonly fitted?: FittedWindow;
  readonly error?: ErrorRecord;
}

interface Waiting {
  readonly job: TrainingJob;
  readonly resolve: (fitted: FittedWindow) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Trains windows in worker threads, each window in one: the models are those of `ownTrainer`, whatever the number of threads. Threads start with
 * the first job and share the rows' memory.
 */
export function threadTrainer(setup: TrainerSetup, size: number): Trainer {
  const datasets: Dataset[] = [];
  const threads: Worker[] = [];
  const idle: Worker[] = [];
  const queue: Waiting[] = [];
  const busy = new Map<Worker, Waiting>();
  let isEnded = false;

  const next = (): void => {
    while (queue.length > 0) {
      const worker = idle.pop() ?? (threads.length < size ? hire() : undefined);
      if (!worker) return;
      const waiting = queue.shift()!;
      busy.set(worker, waiting);
      worker.postMessage({ kind: 'job', job: waiting.job } satisfies TrainerRequest);
    }
  };
  const hire = (): Worker => {
    const file = import.meta.url.endsWith('.ts') ? './worker-main.ts' : './worker-main.js';
    const worker = new Worker(new URL(file, import.meta.url), { workerData: setup });
    worker.unref();
    threads.push(worker);
    for (const [id, dataset] of datasets.entries())
      worker.postMessage({ kind: 'dataset', id, dataset } satisfies TrainerRequest);
    worker.on('message', ({ fitted, error }: TrainerReply) => {
      const waiting = busy.get(worker);
      busy.delete(worker);
      idle.push(worker);
      if (fitted) waiting?.resolve(fitted);
      else waiting?.reject(errorOf(error!));
      next();
    });
    const lost = (why: string) => {
      if (isEnded || !threads.includes(worker)) return;
      threads.splice(threads.indexOf(worker), 1);
      const waiting = busy.get(worker);
      busy.delete(worker);
      waiting?.reject(
        new TidegateError('TRAIN_WORKER', `the thread that trained a window ended: ${why}`, {
          remedy: 'Use fewer threads (--jobs) where memory is short.',
        }),
      );
      next();
    };
    worker.once('error', (error) => lost(messageOf(error)));
    worker.once('exit', (code) => lost(`exit code ${code}`));
    return worker;
  };
  return {
    share(dataset) {
      const whole = inSharedMemory(dataset);
      const id = datasets.push(whole) - 1;
      for (const worker of threads)
        worker.postMessage({ kind: 'dataset', id, dataset: whole } satisfies TrainerRequest);
      return id;
    },
    fit: (job) =>
      new Promise((resolve, reject) => {
        queue.push({ job, resolve, reject });
        next();
      }),
    async end() {
      isEnded = true;
      await Promise.all(threads.map((worker) => worker.terminate()));
    },
  };
}

function inSharedMemory(dataset: Dataset): Dataset {
  const { columns, target, availableAt, labelAt, moves } = dataset;
  return {
    ...dataset,
    columns: columns.map(sharedCopy),
    target: sharedCopy(target),
    availableAt: sharedCopy(availableAt),
    labelAt: sharedCopy(labelAt),
    ...(moves && { moves: sharedCopy(moves) }),
  };
}
