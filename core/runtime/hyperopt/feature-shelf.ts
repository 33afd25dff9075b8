import type { FeatureShelf } from '../../indicators/plan.ts';

export interface ShelfOptions {
  /** Most bytes of columns that are kept. */
  readonly byteBudget: number;
  /** Columns that take less than this to compute, in ns per row, are not worth their memory: an EMA takes 1 to 2. */
  readonly nsPerRow?: number;
  /** ms, monotone. */
  readonly clock: () => number;
}

/**
 * Columns that cost much, kept from trial to trial, the least recently used given up first. What is kept is the same bits that computing it
 * again would give, so what was in it never shows in a result.
 */
export class ColumnShelf {
  readonly #options: Required<ShelfOptions>;
  /** In order of last use. */
  readonly #kept = new Map<string, readonly Float64Array[]>();
  #bytes = 0;
  hits = 0;

  constructor(options: ShelfOptions) {
    this.#options = { nsPerRow: 25, ...options };
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The shelf for runs over the same rows. */
  of(rows: string): FeatureShelf {
    return {
      find: (key) => this.#find(rows + key),
      compute: (key, columns, run) => this.#compute(rows + key, columns, run),
    };
  }

  #find(key: string): readonly Float64Array[] | undefined {
    const columns = this.#kept.get(key);
    if (!columns) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, columns);
    this.hits++;
    return columns;
  }

  #compute(key: string, columns: readonly Float64Array[], run: () => void): boolean {
    const { clock, nsPerRow, byteBudget } = this.#options;
    const before = clock();
    run();
    const rows = (columns[0]?.length ?? 0) * columns.length;
    const bytes = rows * 8;
    if ((clock() - before) * 1e6 < nsPerRow * rows || bytes > byteBudget) return false;
    for (const [oldest, old] of this.#kept) {
      if (this.#bytes + bytes <= byteBudget) break;
      this.#kept.delete(oldest);
      this.#bytes -= old.reduce((sum, c) => sum + c.byteLength, 0);
    }
    this.#kept.set(key, columns);
    this.#bytes += bytes;
    return true;
  }
}
