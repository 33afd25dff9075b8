/**
 * An append-only table of numbers with named fields, one Float64 each: orders, fills, trades and audit are kept in these, and become objects
 * only when read. Grows by doubling.
 */
export class RecordLog<F extends string> {
  readonly fields: readonly F[];
  readonly width: number;
  /** Row r, field k is `data[r * width + k]`. Replaced when it grows: don't hold on to it. */
  data: Float64Array;
  length = 0;

  constructor(fields: readonly F[], capacity = 256) {
    this.fields = fields;
    this.width = fields.length;
    this.data = new Float64Array(capacity * this.width);
  }

  /** Makes a row and returns the offset of its first field; the caller writes all of them. */
  append(): number {
    const at = this.length * this.width;
    if (at + this.width > this.data.length) {
      const grown = new Float64Array(this.data.length * 2);
      grown.set(this.data);
      this.data = grown;
    }
    this.length++;
    return at;
  }

  get(row: number, field: F): number {
    return this.data[row * this.width + this.fields.indexOf(field)]!;
  }

  /** One row as an object. */
  read(row: number): Record<F, number> {
    const at = row * this.width;
    return Object.fromEntries(this.fields.map((name, k) => [name, this.data[at + k]!])) as Record<F, number>;
  }

  /** One field of all rows, copied. */
  column(field: F): Float64Array {
    const k = this.fields.indexOf(field);
    const out = new Float64Array(this.length);
    for (let r = 0; r < out.length; r++) out[r] = this.data[r * this.width + k]!;
    return out;
  }
}

/** Strings as small integers, so that they fit in columns. Id 0 is "none". */
export class StringTable {
  readonly #ids = new Map<string, number>();
  readonly #names: string[] = [''];

  id(name: string | null): number {
    if (name === null) return 0;
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.#names.length;
      this.#ids.set(name, id);
      this.#names.push(name);
    }
    return id;
  }

  name(id: number): string | null {
    return id === 0 ? null : this.#names[id]!;
  }
}
