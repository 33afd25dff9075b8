/**
 * A table of a FlatBuffer (google.github.io/flatbuffers, "Internals"), read in place. Fields are numbered as in the schema; an absent
 * field gives the default.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#vtable = at - view.getInt32(at, true);
    this.#vtableBytes = view.getUint16(this.#vtable, true);
  }

  /** The root table of a buffer that starts at `at`. */
  static root(view: DataView, at: number): FlatTable {
    return new FlatTable(view, at + view.getUint32(at, true));
  }

  #field(index: number): number | null {
    const slot = 4 + 2 * index;
    if (slot >= this.#vtableBytes) return null;
    const offset = this.#view.getUint16(this.#vtable + slot, true);
    return offset === 0 ? null : this.#at + offset;
  }

  int8(index: number, absent = 0): number {
    const at = this.#field(index);
    return at === null ? absent : this.#view.getInt8(at);
  }

  int16(index: number, absent = 0): number {
    const at = this.#field(index);
    return at === null ? absent : this.#view.getInt16(at, true);
  }

  int32(index: number, absent = 0): number {
    const at = this.#field(index);
    return at === null ? absent : this.#view.getInt32(at, true);
  }

  /** A 64-bit integer within the exact doubles. */
  int64(index: number, absent = 0): number {
    const at = this.#field(index);
    return at === null ? absent : Number(this.#view.getBigInt64(at, true));
  }

  table(index: number): FlatTable | null {
    const at = this.#field(index);
    return at === null ? null : new FlatTable(this.#view, at + this.#view.getUint32(at, true));
  }

  text(index: number): string {
    const at = this.#field(index);
    if (at === null) return '';
    const start = at + this.#view.getUint32(at, true);
    const length = this.#view.getUint32(start, true);
    return new TextDecoder().decode(new Uint8Array(this.#view.buffer, this.#view.byteOffset + start + 4, length));
  }

  /** Start of a vector's first element and its length. */
  vector(index: number): { readonly at: number; readonly length: number } {
    const at = this.#field(index);
    if (at === null) return { at: 0, length: 0 };
    const start = at + this.#view.getUint32(at, true);
    return { at: start + 4, length: this.#view.getUint32(start, true) };
  }

  tables(index: number): readonly FlatTable[] {
    const { at, length } = this.vector(index);
    return Array.from({ length }, (_, i) => {
      const slot = at + 4 * i;
      return new FlatTable(this.#view, slot + this.#view.getUint32(slot, true));
    });
  }
}
