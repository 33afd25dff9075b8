import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker, workerData } from 'node:worker_threads';
import { type ErrorRecord, errorOf, errorRecord } from '../../foundation/error-record.ts';
import type { TidegateError } from '../../foundation/errors.ts';

type Reply =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: ErrorRecord };

/** How a waited worker is started and what it says when it is lost. */
export interface WaitedWorkerOptions {
  /** Of its module, which calls `serveJobs`. */
  readonly url: URL;
  readonly timeoutMs: number;
  /** Error for a thread that is gone or failed without a code. */
  readonly failure: (what: string) => TidegateError;
}

/** A worker thread that the calling thread can wait for without returning to its event loop. */
export class WaitedWorker<Job> {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #answers = new Int32Array(new SharedArrayBuffer(4));
  readonly #options: WaitedWorkerOptions;
  #asked = 0;
  isDead = false;

  constructor(options: WaitedWorkerOptions) {
    const { port1, port2 } = new MessageChannel();
    this.#options = options;
    this.#worker = new Worker(options.url, {
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

  post(job: Job): void {
    this.#asked++;
    this.#port.postMessage(job);
  }

  /** Jobs that are not answered yet. */
  get pending(): number {
    return this.#asked - Atomics.load(this.#answers, 0);
  }

  /** Waits until all jobs are answered, and gives the first answer not given yet. @throws what the job threw, `failure` when the thread is gone */
  result(): unknown {
    const answered = () => Atomics.load(this.#answers, 0);
    for (let count = answered(); count < this.#asked; count = answered())
      if (Atomics.wait(this.#answers, 0, count, this.#options.timeoutMs) === 'timed-out') this.#fail();
    const reply = receiveMessageOnPort(this.#port)?.message as Reply | undefined;
    if (!reply) return this.#fail();
    if (reply.kind === 'value') return reply.value;
    const { error } = reply;
    throw error.code === null ? this.#options.failure(`failed: ${error.what}`) : errorOf(error);
  }

  /** Stops the thread, whatever it is doing. */
  end(): void {
    this.isDead = true;
    void this.#worker.terminate();
  }

  #fail(): never {
    this.isDead = true;
    throw this.#options.failure('does not answer');
  }
}

/** The worker's side: answers every job, one after the other. */
export function serveJobs<Job>(doJob: (job: Job) => unknown): void {
  const { port, answers } = workerData as { port: MessagePort; answers: Int32Array };
  const answered = async (job: Job): Promise<Reply> => {
    try {
      return { kind: 'value', value: await doJob(job) };
    } catch (error) {
      return { kind: 'error', error: errorRecord(error) };
    }
  };
  let last: Promise<void> = Promise.resolve();
  port.on('message', (job: Job) => {
    last = last.then(async () => {
      // The reply is in the caller's queue before the counter says so.
      port.postMessage(await answered(job));
      Atomics.add(answers, 0, 1);
      Atomics.notify(answers, 0);
    });
  });
}
