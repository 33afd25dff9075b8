import { TidegateError } from '../../foundation/errors.ts';

/** A line longer than this is none of a table. */
const LONGEST_LINE = 8 << 20;

/**
 * Blocks of a text cut at its line ends: each of what comes out ends with one, but for the last of a text that does not.
 * @throws TidegateError DATA_COLUMNS for a line of more than 8 MiB
 */
export async function* wholeLines(blocks: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const block of blocks) {
    const end = block.lastIndexOf(10) + 1;
    const lines = block.subarray(0, end);
    if (end > 0) yield rest.length > 0 ? Buffer.concat([rest, lines]) : lines;
    rest = end > 0 ? block.subarray(end) : Buffer.concat([rest, block]);
    if (rest.length > LONGEST_LINE)
      throw new TidegateError('DATA_COLUMNS', 'a line is longer than 8 MiB', {
        where,
        remedy: 'Check that this is a CSV, with a line feed at the end of each row.',
      });
  }
  if (rest.length > 0) yield rest;
}
