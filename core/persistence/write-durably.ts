import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

/** Writes a new file and waits until it is on the disk. @throws when the file exists */
export function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx');
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
