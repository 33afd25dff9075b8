import { parentPort, workerData } from 'node:worker_threads';
import { withDerivedTimeframes } from '../../data/derived-timeframes.ts';
import { openData } from '../../data/open-data.ts';
import { messageOf } from '../../foundation/message-of.ts';
import { evaluatorsOf } from './evaluator.ts';
import { ColumnShelf } from './feature-shelf.ts';
import { SharedMarket } from './shared-market.ts';
import type { WorkerReply, WorkerRequest, WorkerSetup } from './thread-messages.ts';

/** This file, to be loaded in threads. */
export const threadUrl: string = import.meta.url;

/** The thread's side: loads everything once, then answers one trial at a time. */
export function answerTrials(): void {
  const { setting, snapshot } = workerData as WorkerSetup;
  const market = new SharedMarket(
    snapshot,
    async () => withDerivedTimeframes(await openData(setting.places.dataFolder)),
    {},
    snapshot,
  );
  const shelf = new ColumnShelf({ clock: () => performance.now() });
  const evaluators = setting.isOnTicks
    ? import('./tick-evaluator.ts').then(({ tickEvaluator }) => tickEvaluator(setting, market))
    : evaluatorsOf(setting, market, shelf);

  parentPort!.on('message', async ({ job, changes }: WorkerRequest) => {
    shelf.apply(changes);
    let reply: WorkerReply;
    try {
      reply = { report: await (await evaluators).run(job), shelf: shelf.report() };
    } catch (error) {
      reply = { failure: messageOf(error), shelf: shelf.report() };
    }
    parentPort!.postMessage(reply);
  });
}
