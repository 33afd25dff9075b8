import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file at once: who reads it meanwhile, and what a killed process leaves, is the old file or the new one, never a part. Its folder must be there.
 * @param options `flush` waits until the content is on the disk, so that the same holds after a power cut; `mode` are the permissions of a new file
 */
export function writeWhole(
  path: string,
  content: string | Uint8Array,
  options: { readonly flush?: boolean; readonly mode?: number } = {},
): void {
  // Asked for here: a backtest that writes nothing in this way would load all of it.
  const { threadId } = process.getBuiltinModule('node:worker_threads');
  const temporary = `${path}.${process.pid}-${threadId}.tmp`;
  try {
    writeFileSync(temporary, content, options);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
