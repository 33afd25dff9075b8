import { TidegateError } from '../../foundation/errors.ts';
import { decodeFitted, fittedHash } from '../../ml/walk/fitted-bytes.ts';
import { modelAnswer } from '../../ml/walk/model-answer.ts';
import type { Learned } from '../../ml/walk/timeline.ts';
import type { LearnedNode, LearnedRun } from './learned-run.ts';
import { modelMaker, withSeed } from './make-model.ts';
import { revivedFromCandles } from './train-candles.ts';

/** What was learned, as plain data: it travels between threads, to disk and into journals. Times ms UTC. */
export interface LearnedRecord {
  readonly trainedAt: number;
  readonly from: number;
  readonly hash: string;
  readonly bytes: Uint8Array;
}

/**
 * Makes what was learned ready to answer again.
 * @throws TidegateError MODEL_CORRUPT, MODEL_MISMATCH
 */
export async function reviveLearned(
  { services: { registry } }: LearnedRun,
  { ref }: LearnedNode,
  { trainedAt, from, hash, bytes }: LearnedRecord,
): Promise<Learned> {
  const one = { trainedAt, from, hash };
  if (typeof ref === 'string') throw new TypeError(`${ref} is stored: it is not trained`);
  if (ref.kind !== 'model') return { ...one, ...(await revivedFromCandles(registry, ref, bytes, trainedAt)) };
  const fitted = decodeFitted(bytes, `train.${ref.name}`);
  if (fittedHash(fitted) !== hash)
    throw new TidegateError('MODEL_CORRUPT', 'the stored model is not the one that was trained', {
      where: `train.${ref.name}`,
      remedy: 'It is trained anew.',
    });
  const make = await modelMaker(registry, await withSeed(registry, ref.settings.model, ref.settings.seed));
  const module = make(fitted.tuned);
  module.load(fitted.saved);
  return { ...one, answer: modelAnswer(module, fitted), bytes: () => bytes };
}

/** The plain data of something learned. */
export function recordOfLearned({ trainedAt, from, hash, bytes }: Learned): LearnedRecord {
  return { trainedAt, from, hash, bytes: bytes!() };
}
