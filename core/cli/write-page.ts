import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { TidegateError } from '../foundation/errors.ts';

/** Writes a page where it was asked for, folders made on the way. @throws TidegateError PLOT_FILE */
export function writePage(path: string, page: string): void {
  try {
    mkdirSync(dirname(resolve(path)), { recursive: true });
    writeFileSync(path, page);
  } catch (cause) {
    throw new TidegateError('PLOT_FILE', 'the page cannot be written', {
      where: path,
      remedy: 'Give another file.',
      cause,
    });
  }
}
