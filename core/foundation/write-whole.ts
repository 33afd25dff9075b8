import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

/**
 * Writes a file at once: who reads it meanwhile, and what a killed process leaves, is the old file or the new one, never a part. Its folder must be there.
 * @param options `flush` waits until the content is on the disk, so that the same holds after a power cut; `mode` are the permissions of a new file
 */
export function writeWhole(
  path: string,
  content: string | Uint8Array,
  options: { readonly flush?: boolean; readonly mode?: number } = {},
): void {
  const temporary = `${path}.${process.pid}-${threadId}.tmp`;
  try {
    writeFileSync(temporary, content, options);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
