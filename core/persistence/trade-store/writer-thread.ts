import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { RecoveredState, SessionStart, StoreBatch } from '../../ports/trade-store.ts';
import { copyDatabase } from './copy.ts';
import { failureOf, type StoreFailure } from './failures.ts';
import { TradeWriter } from './writer.ts';

/** What the thread is started with. */
export type ThreadTask =
  | { readonly task: 'write'; readonly path: string; readonly start: SessionStart }
  | { readonly task: 'copy'; readonly path: string; readonly to: string };

/** What it is sent: batches with rising numbers, then at most one end. */
export type ToWriter =
  | { readonly id: number; readonly batch: StoreBatch }
  | { readonly id: number; readonly endAt: number };

/** What it answers. `done` is the last number of a group that is durable now. */
export type FromWriter =
  | { readonly recovered: RecoveredState }
  | { readonly done: number; readonly journal: number; readonly commitMs: number; readonly groupSize: number }
  | { readonly failure: StoreFailure };

const port = parentPort!;
const task = workerData as ThreadTask;
const say = (message: FromWriter | 'copied') => port.postMessage(message);

try {
  if (task.task === 'copy') {
    copyDatabase(task.path, task.to);
    say('copied');
  } else write(new TradeWriter(task.path, task.start), task.path);
} catch (error) {
  say({ failure: failureOf(error, task.path) });
}

function write(writer: TradeWriter, path: string): void {
  let hasFailed = false;
  port.on('message', (first: ToWriter) => {
    if (hasFailed) return;
    // All that waits goes into one group.
    const group = [first];
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) group.push(next.message);
    const batches = group.flatMap((message) => ('batch' in message ? [message.batch] : []));
    try {
      const begun = performance.now();
      const journal = batches.length > 0 ? writer.commit(batches) : 0;
      const commitMs = performance.now() - begun;
      const last = group.at(-1)!;
      if ('endAt' in last) writer.end(last.endAt);
      say({ done: last.id, journal, commitMs, groupSize: batches.length });
      if ('endAt' in last) port.close();
      else writer.rest();
    } catch (error) {
      hasFailed = true;
      say({ failure: failureOf(error, path) });
      writer.abandon();
      port.close();
    }
  });
  say({ recovered: writer.recovered });
}
