import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { TidegateError } from '../../foundation/errors.ts';
import type { CommitAck, RecoveredState, SessionStart, StoreBatch, TradeStore } from '../../ports/trade-store.ts';
import { failureOf, type StoreFailure, storeError } from './failures.ts';
import { SqliteTradeReader } from './trade-reader.ts';
import type { FromWriter, ThreadTask, ToWriter } from './writer-thread.ts';

/**
 * Opens a trade database for a session of the bot, or makes it: migrates, recovers, and starts the writer thread.
 * @throws TidegateError STORE_IN_USE, STORE_NEWER, STORE_FOREIGN, STORE_MIGRATION, STORE_READ_ONLY, STORE_FULL, STORE_CORRUPT, STORE_OPEN, STORE_PRAGMA
 */
export async function openTradeStore(path: string, start: SessionStart): Promise<TradeStore> {
  const file = resolve(path);
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (cause) {
    throw storeError(failureOf(cause, file), cause);
  }
  const worker = thread({ task: 'write', path: file, start });
  const first = await new Promise<FromWriter>((done, failed) => {
    worker.once('message', done);
    worker.once('error', failed);
  });
  if ('failure' in first) throw storeError(first.failure);
  return new ThreadStore(file, worker, (first as { readonly recovered: RecoveredState }).recovered);
}

interface Waiting {
  readonly id: number;
  readonly resolve: (ack: CommitAck) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Copies a database as of one moment, also while a bot writes it. A copy that is put in its place later is noticed: ids begin a new epoch.
 * @throws TidegateError STORE_COPY and those of the store
 */
export async function backupStore(path: string, to: string): Promise<void> {
  const worker = thread({ task: 'copy', path, to: resolve(to) });
  const answer = await new Promise<FromWriter | 'copied'>((done, failed) => {
    worker.once('message', done);
    worker.once('error', failed);
  });
  if (answer !== 'copied' && 'failure' in answer) throw storeError(answer.failure);
}

/** The store over its writer thread. */
class ThreadStore implements TradeStore {
  readonly path: string;
  readonly recovered: RecoveredState;
  readonly reader: SqliteTradeReader;
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #next = 1;
  #ended: TidegateError | null = null;

  constructor(path: string, worker: Worker, recovered: RecoveredState) {
    this.path = path;
    this.recovered = recovered;
    this.reader = new SqliteTradeReader(path);
    this.#worker = worker;
    worker.on('message', (message: FromWriter) => this.#onMessage(message));
    worker.on('error', (error) => this.#fail(failureOf(error, path)));
    worker.on('exit', () =>
      this.#fail({ code: 'STORE_WRITE', what: 'the writer thread ended', where: path, remedy: '' }),
    );
    worker.unref();
  }

  commit(batch: StoreBatch): Promise<CommitAck> {
    return this.#send((id) => ({ id, batch }));
  }

  backup(path: string): Promise<void> {
    return backupStore(this.path, path);
  }

  async close(at: number): Promise<void> {
    if (this.#ended !== null) return this.reader.close();
    const ended = this.#send((id) => ({ id, endAt: at }));
    this.#ended = new TidegateError('STORE_CLOSED', 'the trade database has been closed', {
      where: this.path,
      remedy: 'Open it again.',
    });
    this.reader.close();
    await ended;
  }

  #send(message: (id: number) => ToWriter): Promise<CommitAck> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    const id = this.#next++;
    return new Promise((resolveAck, reject) => {
      // An idle store does not keep the process alive; one with something to acknowledge does.
      if (this.#waiting.length === 0) this.#worker.ref();
      this.#waiting.push({ id, resolve: resolveAck, reject });
      this.#worker.postMessage(message(id));
    });
  }

  #onMessage(message: FromWriter): void {
    if ('failure' in message) return this.#fail(message.failure);
    if ('recovered' in message) return;
    const { done, journal, commitMs, groupSize } = message;
    while (this.#waiting.length > 0 && this.#waiting[0]!.id <= done)
      this.#waiting.shift()!.resolve({ journal, commitMs, groupSize });
    if (this.#waiting.length === 0) this.#worker.unref();
  }

  #fail(failure: StoreFailure): void {
    this.#ended ??= storeError(failure);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}

function thread(task: ThreadTask): Worker {
  const file = import.meta.url.endsWith('.ts') ? './writer-thread.ts' : './writer-thread.js';
  return new Worker(new URL(file, import.meta.url), { workerData: task });
}
