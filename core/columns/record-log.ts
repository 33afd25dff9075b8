/** Rows of a chunk. Chunks are never copied: a growing log touches each page of memory once. */
const CHUNK_ROWS = 1 << 12;
/** No chunk has as many numbers: masked with it, offsets are known to leave room for a few fields more in 32 bits. */
const LAST_OFFSET = (1 << 30) - 1;
const NOTHING = new Float64Array(0);

/** Chunks that were handed back, by length: the next run of the process writes into memory that is mapped already. */
const spare = new Map<number, Float64Array[]>();

/**
 * An append-only table of numbers with named fields, one Float64 each: orders, fills, trades and audit are kept in these, and become objects
 * only when read. Grows by chunks.
 */
export class RecordLog<F extends string> {
  readonly fields: readonly F[];
  readonly width: number;
  /** The chunk that is being written: the row of the last `append` begins at the offset that it returned. */
  data: Float64Array = NOTHING;
  length = 0;
  readonly #chunks: Float64Array[] = [];

  constructor(fields: readonly F[]) {
    this.fields = fields;
    this.width = fields.length;
  }

  /** Makes a row and returns the offset of its first field in `data`; the caller writes all of them. */
  append(): number {
    const row = this.length++ & (CHUNK_ROWS - 1);
    if (row === 0) this.data = this.#chunk();
    return (row * this.width) & LAST_OFFSET;
  }

  get(row: number, field: F): number {
    return this.#chunks[Math.floor(row / CHUNK_ROWS)]![(row % CHUNK_ROWS) * this.width + this.fields.indexOf(field)]!;
  }

  /** One row as an object. */
  read(row: number): Record<F, number> {
    const chunk = this.#chunks[Math.floor(row / CHUNK_ROWS)]!;
    const at = (row % CHUNK_ROWS) * this.width;
    const out = {} as Record<F, number>;
    for (let k = 0; k < this.width; k++) out[this.fields[k]!] = chunk[at + k]!;
    return out;
  }

  /** All rows as they lie in memory, chunk by chunk: not to be written. */
  get rows(): readonly Float64Array[] {
    const whole = this.#chunks.slice(0, -1);
    const last = this.length - whole.length * CHUNK_ROWS;
    return [...whole, this.data.subarray(0, last * this.width)];
  }

  /** One field of all rows, copied. */
  column(field: F): Float64Array {
    const out = new Float64Array(this.length);
    for (let r = 0; r < out.length; r++) out[r] = this.get(r, field);
    return out;
  }

  /** Hands the memory back for the next log of this shape; the log is empty after. */
  release(): void {
    for (const chunk of this.#chunks) {
      const list = spare.get(chunk.length) ?? [];
      list.push(chunk);
      spare.set(chunk.length, list);
    }
    this.#chunks.length = 0;
    this.length = 0;
    this.data = NOTHING;
  }

  #chunk(): Float64Array {
    const size = CHUNK_ROWS * this.width;
    const chunk = spare.get(size)?.pop() ?? new Float64Array(size);
    this.#chunks.push(chunk);
    return chunk;
  }
}

/** Names that are compared before they are looked up. */
const FEW = 8;

/** Strings as small integers, so that they fit in columns. Id 0 is "none". */
export class StringTable {
  readonly #ids = new Map<string, number>();
  readonly #names: string[] = [''];

  id(name: string | null): number {
    if (name === null) return 0;
    const names = this.#names;
    // Most tables hold a few words: comparing with those is quicker than hashing.
    const few = names.length < FEW ? names.length : FEW;
    for (let k = 1; k < few; k++) if (names[k] === name) return k;
    return this.#find(name);
  }

  #find(name: string): number {
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
