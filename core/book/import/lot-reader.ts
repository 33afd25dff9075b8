import { toUnits } from '../book-events.ts';
import { importError } from './import-error.ts';
import type { CsvImportOptions } from './import-options.ts';

/** Share of a lot that binary noise of a size may come to. */
const OFF_GRID = 0.01;

/** So many sizes between two lots, and such a share of all, mean that the lot is not the file's. */
const MANY = 10;
const MOST = 0.05;

/** Turns sizes of one file into whole lots and counts those that are none: a few are rounded and told, many refuse the file. */
export class LotReader {
  readonly #lotSize: number;
  readonly #where: string;
  readonly #onNote: ((text: string) => void) | undefined;
  #all = 0;
  #off = 0;
  #first = '';

  constructor({ grid, onNote }: Pick<CsvImportOptions, 'grid' | 'onNote'>, where: string) {
    this.#lotSize = grid.lotSize;
    this.#where = where;
    this.#onNote = onNote;
  }

  /**
   * @param line of the file, for messages; `row` says what it counts
   * @throws TidegateError BOOK_IMPORT for a size below 0
   */
  lots(size: number, line: number, row = 'Line'): number {
    if (!(size >= 0))
      throw importError(`${row} ${line} has the size ${size}`, this.#where, 'Repair or cut the file there.');
    const lots = toUnits(size, this.#lotSize);
    this.#all++;
    if (Math.abs(size / this.#lotSize - lots) > OFF_GRID && this.#off++ === 0)
      this.#first = `the first is ${size} in ${row.toLowerCase()} ${line}`;
    return lots;
  }

  /** Call it once the file is read. @throws TidegateError BOOK_IMPORT when many sizes are no multiple of the lot */
  finish(): void {
    if (this.#off === 0) return;
    const what = `${this.#off} of ${this.#all} sizes are no multiple of the lot ${this.#lotSize}: ${this.#first}`;
    if (this.#off >= MANY && this.#off > MOST * this.#all)
      throw importError(what, this.#where, 'Give the amount step that the pair had then: --lot.');
    this.#onNote?.(`${what}; they were rounded`);
  }
}
