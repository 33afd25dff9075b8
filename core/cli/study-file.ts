import { join } from 'node:path';

/** The file of all studies of a user folder. */
export function studyFile(userdir: string): string {
  return join(userdir, 'hyperopt', 'studies.sqlite');
}
