import { TidegateError } from '../../foundation/errors.ts';
import { WaitedWorker } from '../threads/waited-worker.ts';
import type { TreeJob } from './worker-jobs.ts';

/** A training thread. */
export type TreeWorker = WaitedWorker<TreeJob>;

function treeWorker(): TreeWorker {
  const file = import.meta.url.endsWith('.ts') ? './worker-main.ts' : './worker-main.js';
  return new WaitedWorker({
    url: new URL(file, import.meta.url),
    timeoutMs: 600_000,
    failure: (what) =>
      new TidegateError('TREES_WORKER', `a training thread ${what}`, { remedy: 'Train with threads: 1.' }),
  });
}

const idle: TreeWorker[] = [];

/** Lends `count` workers for a task; they are kept for the next one, because starting one takes tens of milliseconds. */
export function withWorkers<T>(count: number, task: (workers: readonly TreeWorker[]) => T): T {
  const workers = Array.from({ length: count }, () => idle.pop() ?? treeWorker());
  try {
    const result = task(workers);
    idle.push(...workers.filter((worker) => !worker.isDead));
    return result;
  } catch (error) {
    // A worker may still be busy with what failed elsewhere.
    for (const worker of workers) worker.end();
    throw error;
  }
}
