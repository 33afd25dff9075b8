import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

/** Characters that are turned into bytes at a time: the bytes of a whole result would take as much memory again as its text. */
const PIECE = 1 << 20;

/** Writes a new file from a text, or from pieces of one as they come, and waits until it is on the disk. @throws when the file exists */
export function writeDurably(path: string, text: string | Iterable<string>): void {
  const file = openSync(path, 'wx');
  try {
    for (const piece of typeof text === 'string' ? [text] : text) writeText(file, piece);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function writeText(file: number, text: string): void {
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + PIECE);
    // Both halves of a character beyond the first 65,536 go together.
    if (to < text.length && /[\uD800-\uDBFF]/.test(text.charAt(to - 1))) to--;
    const bytes = Buffer.from(text.slice(from, to));
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    from = to;
  }
}
