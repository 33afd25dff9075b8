import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { TidegateError } from '../foundation/errors.ts';

/** Writes a page where it was asked for, folders made on the way, and says where, unless only JSON is wanted. @throws TidegateError PLOT_FILE */
export function writePage(path: string, page: string, { json }: { readonly json?: boolean } = {}): void {
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
  if (!json) process.stdout.write(`page ${resolve(path)}\n`);
}
