import { dirname } from 'node:path';
import type { FileSystem } from './file-system.ts';

/**
 * Writes a file so that a crash at any instant leaves the old one or the new one, never a part: a temporary file beside it, fsync,
 * rename, fsync of the folder. `writeTemp` gets the temporary path. Leftovers of a crash end in `.tmp` and are overwritten next time.
 */
export async function replaceFile(
  fs: FileSystem,
  path: string,
  writeTemp: (temporary: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  const temporary = `${path}.tmp`;
  await fs.makeFolder(folder);
  try {
    await writeTemp(temporary);
    await fs.syncFile(temporary);
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.remove(temporary);
    throw error;
  }
  await fs.syncFolder(folder);
}
