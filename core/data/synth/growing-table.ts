/** Rows appended one by one to columns that double when full. */
export class GrowingTable {
  readonly #names: readonly string[];
  #columns: Float64Array[];
  #length = 0;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#columns = names.map(() => new Float64Array(4096));
  }

  get length(): number {
    return this.#length;
  }

  /** One value per column, in the order of the names. */
  add(...row: readonly number[]): void {
    if (this.#length === this.#columns[0]!.length) this.#grow();
    for (let c = 0; c < row.length; c++) this.#columns[c]![this.#length] = row[c]!;
    this.#length++;
  }

  /** The columns, cut to length. */
  columns(): Record<string, Float64Array> {
    return Object.fromEntries(this.#names.map((name, c) => [name, this.#columns[c]!.slice(0, this.#length)]));
  }

  #grow(): void {
    this.#columns = this.#columns.map((column) => {
      const larger = new Float64Array(column.length * 2);
      larger.set(column);
      return larger;
    });
  }
}
