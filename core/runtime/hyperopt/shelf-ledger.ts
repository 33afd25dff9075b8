/** A column that is kept from now on, or (without columns) no longer. */
export interface ShelfChange {
  readonly key: string;
  readonly columns?: readonly Float64Array[];
}

/** What a thread has kept and used of late. */
export interface ShelfReport {
  readonly kept: readonly (readonly [key: string, columns: readonly Float64Array[]])[];
  readonly used: readonly string[];
}

/** What all threads keep together: the least recently used is given up first, within a budget of bytes. */
export class ShelfLedger {
  readonly #byteBudget: number;
  /** In order of last use. */
  readonly #kept = new Map<string, readonly Float64Array[]>();
  #bytes = 0;

  constructor(byteBudget: number) {
    this.#byteBudget = byteBudget;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Everything that is kept, for a thread that comes new. */
  get all(): readonly ShelfChange[] {
    return [...this.#kept].map(([key, columns]) => ({ key, columns }));
  }

  use(key: string): void {
    const columns = this.#kept.get(key);
    if (!columns) return;
    this.#kept.delete(key);
    this.#kept.set(key, columns);
  }

  /** Keeps columns, or does not where they are larger than the whole budget. Returns what changes for every thread. */
  keep(key: string, columns: readonly Float64Array[]): ShelfChange[] {
    const known = this.#kept.get(key);
    // Two threads have computed the same: the first one's columns stay.
    if (known) return [{ key, columns: known }];
    const bytes = bytesOf(columns);
    if (bytes > this.#byteBudget) return [{ key }];
    const changes: ShelfChange[] = [{ key, columns }];
    for (const [oldest, old] of this.#kept) {
      if (this.#bytes + bytes <= this.#byteBudget) break;
      this.#kept.delete(oldest);
      this.#bytes -= bytesOf(old);
      changes.push({ key: oldest });
    }
    this.#kept.set(key, columns);
    this.#bytes += bytes;
    return changes;
  }
}

function bytesOf(columns: readonly Float64Array[]): number {
  return columns.reduce((sum, column) => sum + column.byteLength, 0);
}
