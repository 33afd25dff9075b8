import { Worker } from 'node:worker_threads';
import type { Config } from '../../config/schema.ts';
import { type ErrorRecord, errorOf } from '../../foundation/error-record.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import type { GatheredRows } from './gathered-market.ts';
import type { Learner } from './learner.ts';
import type { NodeInCharge, TrainedUp } from './train-up-to.ts';

/** What a learner's thread makes its strategies from. Plain data. */
export interface LearnerSetup {
  readonly config: Config;
  readonly userdir: string;
  readonly pairs: readonly string[];
  /** Market time that is learned from, ms. */
  readonly keepMs: number;
  /** Of the strategies that the bot runs: those on disk must be the same. */
  readonly codeHashes: readonly string[];
}

export type LearnerRequest =
  | { readonly kind: 'rows'; readonly rows: GatheredRows }
  | { readonly kind: 'train'; readonly time: number; readonly inCharge: readonly NodeInCharge[] };

export type LearnerReply = { readonly done: TrainedUp } | { readonly error: ErrorRecord };

/** A learner in a thread of its own, where the strategies are made anew from the configuration. One training at a time. */
export function learnerThread(setup: LearnerSetup): Learner {
  const file = import.meta.url.endsWith('.ts') ? './learner/worker-main.ts' : './learner/worker-main.js';
  const worker = new Worker(new URL(file, import.meta.url), { workerData: setup });
  worker.unref();
  let waiting: { readonly resolve: (done: TrainedUp) => void; readonly reject: (error: Error) => void } | null = null;
  let lost: Error | null = null;
  const lose = (why: string): void => {
    lost = new TidegateError('LEARN_WORKER', `the thread that learns ended: ${why}`, {
      remedy: 'It is started anew for the next training; less memory is needed with shorter windows.',
    });
    waiting?.reject(lost);
    waiting = null;
  };
  worker.once('error', (error) => lose(messageOf(error)));
  worker.once('exit', (code) => lose(`exit code ${code}`));
  worker.on('message', (reply: LearnerReply) => {
    const { resolve, reject } = waiting!;
    waiting = null;
    if ('done' in reply) resolve(reply.done);
    else reject(errorOf(reply.error));
  });
  return {
    add(rows) {
      worker.postMessage({ kind: 'rows', rows } satisfies LearnerRequest);
    },
    train: (time, inCharge) =>
      new Promise((resolve, reject) => {
        if (lost) {
          reject(lost);
          return;
        }
        waiting = { resolve, reject };
        worker.postMessage({ kind: 'train', time, inCharge } satisfies LearnerRequest);
      }),
    async end() {
      await worker.terminate();
    },
  };
}
