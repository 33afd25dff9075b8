/** Named columns that grow together by doubling. */
export class GrowingTable<F extends string> {
  length = 0;
  readonly #fields: readonly F[];
  #data: Float64Array[];

  constructor(fields: readonly F[], capacity = 1024) {
    this.#fields = fields;
    this.#data = fields.map(() => new Float64Array(capacity));
  }

  /** Appends a row, one number for each field in order. */
  push(row: readonly number[]): void {
    if (this.length === this.#data[0]!.length)
      this.#data = this.#data.map((old) => {
        const wider = new Float64Array(2 * old.length);
        wider.set(old);
        return wider;
      });
    for (let k = 0; k < row.length; k++) this.#data[k]![this.length] = row[k]!;
    this.length++;
  }

  /** The columns, as copies of the rows that are there. */
  columns(): Record<F, Float64Array> {
    return Object.fromEntries(this.#fields.map((name, k) => [name, this.#data[k]!.slice(0, this.length)])) as Record<
      F,
      Float64Array
    >;
  }
}
