import { parentPort, workerData } from 'node:worker_threads';
import { errorRecord } from '../../foundation/error-record.ts';
import type { Dataset } from '../../ports/learning-modules.ts';
import { loadRegistry } from '../load-registry.ts';
import type { TrainerReply, TrainerRequest, TrainerSetup } from './thread-trainer.ts';
import { ownTrainer, type Trainer } from './trainer.ts';

/** A thread that trains windows: datasets come once, then job after job. */
const datasets = new Map<number, Dataset>();
let trainer: Promise<Trainer> | undefined;
const numbers = new Map<number, number>();

parentPort!.on('message', async (request: TrainerRequest) => {
  if (request.kind === 'dataset') {
    datasets.set(request.id, request.dataset);
    return;
  }
  let reply: TrainerReply;
  try {
    trainer ??= loadRegistry(workerData as TrainerSetup).then(ownTrainer);
    const own = await trainer;
    const { dataset } = request.job;
    const number = numbers.get(dataset) ?? own.share(datasets.get(dataset)!);
    numbers.set(dataset, number);
    reply = { fitted: await own.fit({ ...request.job, dataset: number }) };
  } catch (error) {
    reply = { error: errorRecord(error) };
  }
  parentPort!.postMessage(reply);
});
