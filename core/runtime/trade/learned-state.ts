import { createHash } from 'node:crypto';
import { TidegateError } from '../../foundation/errors.ts';
import type { StoredBlob } from '../../ports/stored-rows.ts';
import type { LearnedRecord } from '../learning/revive-learned.ts';
import type { NodeInCharge } from '../learning/train-up-to.ts';

/** Name under which a learned node's models are kept. @param key of the node among the run's */
export function learnedName(key: string): string {
  return `learned:${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

/** A node's models in charge as a row of the store. */
export function learnedBlob(key: string, state: NodeInCharge, at: number): StoredBlob {
  const learned = state.learned.map(textOfRecord);
  const bytes = Buffer.from(JSON.stringify({ decided: plain(state.decided), learned }));
  return { name: learnedName(key), codeHash: state.hash, at, bytes };
}

/** Reads what `learnedBlob` wrote. @throws TidegateError MODEL_CORRUPT */
export function stateOfBlob({ name, codeHash, bytes }: StoredBlob): NodeInCharge {
  try {
    const { decided, learned } = JSON.parse(Buffer.from(bytes!).toString('utf8')) as {
      readonly decided: number | null;
      readonly learned: readonly LearnedText[];
    };
    return { hash: codeHash, decided: decided ?? Number.NEGATIVE_INFINITY, learned: learned.map(recordOfText) };
  } catch (cause) {
    throw new TidegateError('MODEL_CORRUPT', 'what was learned cannot be read', {
      where: name,
      remedy: 'It is trained anew; until then it has no opinion.',
      cause,
    });
  }
}

/** What was learned, as journals hold it: bytes in base64. */
export interface LearnedText extends Omit<LearnedRecord, 'bytes'> {
  readonly bytes: string;
}

/** The record as journals hold it. */
export function textOfRecord({ trainedAt, from, hash, bytes }: LearnedRecord): LearnedText {
  return { trainedAt, from, hash, bytes: Buffer.from(bytes).toString('base64') };
}

/** The record that a journal holds. */
export function recordOfText({ trainedAt, from, hash, bytes }: LearnedText): LearnedRecord {
  return { trainedAt, from, hash, bytes: new Uint8Array(Buffer.from(bytes, 'base64')) };
}

const plain = (time: number): number | null => (Number.isFinite(time) ? time : null);
