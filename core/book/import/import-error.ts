import { TidegateError } from '../../foundation/errors.ts';

/** The error of a file that cannot be read as what it claims to be. */
export function importError(what: string, where: string, remedy: string): TidegateError {
  return new TidegateError('BOOK_IMPORT', what, { where, remedy });
}
