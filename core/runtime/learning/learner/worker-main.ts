import { parentPort, workerData } from 'node:worker_threads';
import { errorRecord } from '../../../foundation/error-record.ts';
import { TidegateError } from '../../../foundation/errors.ts';
import { assembleBacktest } from '../../assemble.ts';
import { GatheredMarket, type GatheredRows } from '../gathered-market.ts';
import { type Learner, ownLearner } from '../learner.ts';
import type { LearnerReply, LearnerRequest, LearnerSetup } from '../learner-thread.ts';

/** The thread's side: gathers what is heard, and trains when it is told. */
const { config, userdir, pairs, keepMs, codeHashes } = workerData as LearnerSetup;
const early: GatheredRows[] = [];
let learner: Promise<Learner> | undefined;

async function open(): Promise<Learner> {
  const options = await assembleBacktest(
    { ...config, exchange: config.exchange ?? 'binance', pairs: [...pairs] },
    { userdir, dataFolder: '' },
    new GatheredMarket('live', keepMs),
  );
  if (options.strategies.some(({ codeHash }, k) => codeHash !== codeHashes[k]))
    throw new TidegateError('LEARN_CHANGED', 'the strategies have changed on disk since the bot started', {
      remedy: 'Take them over with "tidegate tell reload"; until then the models in charge go on.',
    });
  return ownLearner(options, keepMs);
}

parentPort!.on('message', async (request: LearnerRequest) => {
  if (request.kind === 'rows') {
    early.push(request.rows);
    return;
  }
  let reply: LearnerReply;
  try {
    learner ??= open();
    const own = await learner;
    for (const rows of early.splice(0)) own.add(rows);
    reply = { done: await own.train(request.time, request.inCharge) };
  } catch (error) {
    reply = { error: errorRecord(error) };
  }
  parentPort!.postMessage(reply);
});
