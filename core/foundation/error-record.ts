import { TidegateError } from './errors.ts';
import { messageOf } from './message-of.ts';

/** A thrown value as plain data: between threads and in files an error loses its class and its code. */
export interface ErrorRecord {
  /** Of a `TidegateError`; null for anything else. */
  readonly code: string | null;
  /** What was wrong, and where. */
  readonly what: string;
  readonly remedy?: string;
}

/** The record of a thrown value. */
export function errorRecord(thrown: unknown): ErrorRecord {
  if (!(thrown instanceof TidegateError)) return { code: null, what: messageOf(thrown) };
  const { code, remedy, message } = thrown;
  const what = message.slice(code.length + 2, remedy ? -remedy.length - 1 : undefined);
  return { code, what, ...(remedy && { remedy }) };
}

/** The error of a record, with the code and the message of what was thrown. */
export function errorOf({ code, what, remedy }: ErrorRecord): Error {
  return code === null ? new Error(what) : new TidegateError(code, what, remedy ? { remedy } : {});
}
