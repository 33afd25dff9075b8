import { type MessagePort, workerData } from 'node:worker_threads';
import { TidegateError } from '../../foundation/errors.ts';
import { doJob, type TreeJob, type TreeReply } from './worker-jobs.ts';

const { port, answers } = workerData as { port: MessagePort; answers: Int32Array };

function answer(job: TreeJob): TreeReply {
  try {
    return { kind: 'value', value: doJob(job) };
  } catch (error) {
    if (error instanceof TidegateError)
      return { kind: 'error', code: error.code, message: error.message.slice(error.code.length + 2) };
    return { kind: 'error', code: undefined, message: error instanceof Error ? error.message : String(error) };
  }
}

port.on('message', (job: TreeJob) => {
  // The reply is in the caller's queue before the counter says so.
  port.postMessage(answer(job));
  Atomics.add(answers, 0, 1);
  Atomics.notify(answers, 0);
});
