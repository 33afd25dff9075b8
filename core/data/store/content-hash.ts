import { createHash, type Hash } from 'node:crypto';
import type { CandleTable } from '../../domain/candles.ts';
import { type ColumnSet, candleColumns } from './column-set.ts';
import type { Part } from './part.ts';

const SCRATCH = new Float64Array(8192);
const SCRATCH_BYTES = new Uint8Array(SCRATCH.buffer);

/**
 * SHA-256 (hex) of named columns: row count, names in sorted order, and little-endian doubles with one NaN and no -0, so that the
 * same numbers give the same hash whatever file or path they came from.
 */
export function hashColumns(set: ColumnSet): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(set.columns).sort()) {
    hash.update(`${name}:${set.length}\n`);
    hashColumn(hash, set.columns[name]!);
  }
  return hash.digest('hex');
}

let room = new Float64Array(0);

/** The same of rows that are not loaded: a column of a part at a time is in memory, always in the same place. Closes the parts. */
export function hashParts(parts: readonly Part[]): string {
  const length = parts.reduce((sum, part) => sum + part.rows, 0);
  const most = Math.max(...parts.map((part) => part.rows));
  if (room.length < most) room = new Float64Array(most);
  const hash = createHash('sha256');
  try {
    for (const name of [...new Set(parts.flatMap((part) => part.names))].sort()) {
      hash.update(`${name}:${length}\n`);
      for (const part of parts) {
        const column = room.subarray(0, part.rows);
        if (part.names.includes(name)) part.readInto(name, column);
        else column.fill(Number.NaN);
        hashColumn(hash, column);
      }
    }
  } finally {
    for (const part of parts) part.close();
  }
  return hash.digest('hex');
}

/** The content hash of a candle table: equals the one that the catalogue gives for the same rows. */
export function hashCandles(table: CandleTable): string {
  return hashColumns(candleColumns(table));
}

/** Adds a column to a hash, as little-endian doubles with one NaN and no -0. */
export function hashColumn(hash: Hash, column: Float64Array): void {
  for (let from = 0; from < column.length; from += SCRATCH.length) {
    const block = column.subarray(from, from + SCRATCH.length);
    // Most blocks have nothing to be changed, which is looked for quicker than each number is copied. (-0 is found as 0.)
    const isCanonical = !block.includes(0) && !block.includes(Number.NaN);
    if (!isCanonical) canonical(column, from, block.length);
    hash.update(isCanonical ? bytesOf(block) : SCRATCH_BYTES.subarray(0, block.length * 8));
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Apart from the loop over blocks: a function that is called again is compiled sooner than a loop that runs on. */
function canonical(column: Float64Array, from: number, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const x = column[from + i]!;
    // x + 0 turns -0 into +0; a NaN of any payload becomes the one JavaScript writes.
    SCRATCH[i] = Number.isNaN(x) ? Number.NaN : x + 0;
  }
}
