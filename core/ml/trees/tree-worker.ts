import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { TidegateError } from '../../foundation/errors.ts';
import type { TreeJob, TreeReply } from './worker-jobs.ts';

/** A worker thread that the calling thread can wait for without returning to its event loop. */
export class TreeWorker {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #answers = new Int32Array(new SharedArrayBuffer(4));
  #asked = 0;
  isDead = false;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    const file = import.meta.url.endsWith('.ts') ? './worker-main.ts' : './worker-main.js';
    this.#worker = new Worker(new URL(file, import.meta.url), {
      workerData: { port: port2, answers: this.#answers },
      transferList: [port2],
    });
    this.#port = port1;
    this.#worker.unref();
    this.#port.unref();
    this.#worker.once('error', () => {
      this.isDead = true;
    });
    this.#worker.once('exit', () => {
      this.isDead = true;
    });
  }

  post(job: TreeJob): void {
    this.#asked++;
    this.#port.postMessage(job);
  }

  /** Waits for the answer to the last job. @throws what the job threw, TREES_WORKER when the thread is gone */
  result(): unknown {
    while (Atomics.load(this.#answers, 0) < this.#asked)
      if (Atomics.wait(this.#answers, 0, this.#asked - 1, 600_000) === 'timed-out') this.#fail();
    const reply = receiveMessageOnPort(this.#port)?.message as TreeReply | undefined;
    if (!reply) return this.#fail();
    if (reply.kind === 'value') return reply.value;
    throw reply.code === undefined
      ? new TidegateError('TREES_WORKER', `a training thread failed: ${reply.message}`, {
          remedy: 'Train with threads: 1.',
        })
      : new TidegateError(reply.code, reply.message);
  }

  /** Stops the thread, whatever it is doing. */
  end(): void {
    this.isDead = true;
    void this.#worker.terminate();
  }

  #fail(): never {
    this.isDead = true;
    throw new TidegateError('TREES_WORKER', 'a training thread does not answer', { remedy: 'Train with threads: 1.' });
  }
}

const idle: TreeWorker[] = [];

/** Lends `count` workers for a task; they are kept for the next one, because starting one takes tens of milliseconds. */
export function withWorkers<T>(count: number, task: (workers: readonly TreeWorker[]) => T): T {
  const workers = Array.from({ length: count }, () => idle.pop() ?? new TreeWorker());
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
