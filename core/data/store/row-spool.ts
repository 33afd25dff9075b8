import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ColumnSet } from './column-set.ts';

interface Piece {
  readonly first: number;
  readonly rows: number;
  /** Where its first column begins, in bytes; the others follow. */
  readonly at: number;
}

/**
 * Rows of one table that wait on the disk, in the order in which they came: the memory that they take does not grow with them. The file has
 * no name from the start, so that nothing of it stays behind, however the process ends.
 */
export class RowSpool {
  readonly #fd: number;
  readonly #pieces: Piece[] = [];
  #bytes = 0;
  #isReversed = false;
  #like: ColumnSet = { length: 0, columns: {} };
  length = 0;

  /** @param folder with room for eight bytes a number */
  constructor(folder: string) {
    const path = join(folder, `rows-${randomUUID()}.tmp`);
    this.#fd = openSync(path, 'wx+');
    rmSync(path);
  }

  /** Adds rows behind the others; all sets have the same columns. */
  append(set: ColumnSet): void {
    this.#like = set;
    this.#pieces.push({ first: this.length, rows: set.length, at: this.#bytes });
    for (const column of Object.values(set.columns)) {
      const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#bytes + done);
      this.#bytes += bytes.length;
    }
    this.length += set.length;
  }

  /** From now on the last row is the first. */
  reverse(): void {
    this.#isReversed = !this.#isReversed;
  }

  /** Rows [from, to). */
  rows(from: number, to: number): ColumnSet {
    const columns = this.#names.map((name, c) => [name, this.#read(c, from, to)] as const);
    return { ...this.#like, length: to - from, columns: Object.fromEntries(columns) };
  }

  /** All of one column. */
  column(name: string): Float64Array {
    return this.#read(this.#names.indexOf(name), 0, this.length);
  }

  /** The rows in the pieces in which they were appended. */
  *pieces(): Generator<ColumnSet> {
    const pieces = this.#isReversed ? this.#pieces.toReversed() : this.#pieces;
    let from = 0;
    for (const { rows } of pieces) {
      yield this.rows(from, from + rows);
      from += rows;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  get #names(): readonly string[] {
    return Object.keys(this.#like.columns);
  }

  #read(column: number, from: number, to: number): Float64Array {
    if (this.#isReversed) return this.#stored(column, this.length - to, this.length - from).reverse();
    return this.#stored(column, from, to);
  }

  /** As they were appended. */
  #stored(column: number, from: number, to: number): Float64Array {
    const out = new Float64Array(to - from);
    for (const { first, rows, at } of this.#pieces) {
      const [start, end] = [Math.max(from, first), Math.min(to, first + rows)];
      if (start >= end) continue;
      const bytes = new Uint8Array(out.buffer, (start - from) * 8, (end - start) * 8);
      const place = at + (column * rows + start - first) * 8;
      for (let done = 0; done < bytes.length; ) {
        const got = readSync(this.#fd, bytes, done, bytes.length - done, place + done);
        if (got === 0) throw new Error('a scratch file ended early');
        done += got;
      }
    }
    return out;
  }
}
