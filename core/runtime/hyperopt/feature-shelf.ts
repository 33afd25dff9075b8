import { sharedCopy } from '../../columns/shared-copy.ts';
import type { FeatureShelf } from '../../indicators/plan.ts';
import type { ShelfChange, ShelfLedger, ShelfReport } from './shelf-ledger.ts';

export interface ShelfOptions {
  /** Decides what stays, where this thread is the only one; absent: another thread does, and hears of it through `report`. */
  readonly ledger?: ShelfLedger;
  /** Columns that take less than this to compute, in ns per row, are not worth their memory: an EMA takes 1 to 2. */
  readonly nsPerRow?: number;
  /** ms, monotone. */
  readonly clock: () => number;
}

/** Costs of more keys than this are forgotten. */
const MOST_COSTS = 10_000;

/**
 * Columns that cost much, kept from trial to trial and shared by all threads. A column is kept when it has been computed a second time and was
 * costly both times: what hangs on a parameter that no two trials share is not, nor what was slow because a thread was made to wait. What is
 * kept is the same bits that computing it again would give, so what was in it never shows in a result.
 */
export class ColumnShelf {
  readonly #ledger: ShelfLedger | undefined;
  readonly #nsPerRow: number;
  readonly #clock: () => number;
  readonly #kept = new Map<string, readonly Float64Array[]>();
  /** Least cost so far, ns, of what was computed and is not kept. */
  readonly #costs = new Map<string, number>();
  #fresh: (readonly [key: string, columns: readonly Float64Array[]])[] = [];
  readonly #used = new Set<string>();

  constructor({ ledger, nsPerRow = 25, clock }: ShelfOptions) {
    this.#ledger = ledger;
    this.#nsPerRow = nsPerRow;
    this.#clock = clock;
  }

  /** The shelf for runs over the same rows. */
  of(rows: string): FeatureShelf {
    return {
      find: (key) => this.#find(rows + key),
      compute: (key, columns, run) => {
        this.#compute(rows + key, columns, run);
        return false;
      },
    };
  }

  /** Takes in what other threads keep, and drops what has been given up. */
  apply(changes: readonly ShelfChange[]): void {
    for (const change of changes)
      if (change.columns) this.#kept.set(change.key, change.columns);
      else this.#kept.delete(change.key);
  }

  /** What was kept and used since the last call. */
  report(): ShelfReport {
    const report = { kept: this.#fresh, used: [...this.#used] };
    this.#fresh = [];
    this.#used.clear();
    return report;
  }

  #find(key: string): readonly Float64Array[] | undefined {
    const columns = this.#kept.get(key);
    if (!columns) return undefined;
    if (this.#ledger) this.#ledger.use(key);
    else this.#used.add(key);
    return columns;
  }

  #compute(key: string, columns: readonly Float64Array[], run: () => void): void {
    const before = this.#clock();
    run();
    const cost = (this.#clock() - before) * 1e6;
    const rows = (columns[0]?.length ?? 0) * columns.length;
    const known = this.#costs.get(key);
    if (known === undefined || Math.min(known, cost) < this.#nsPerRow * rows) {
      if (this.#costs.size >= MOST_COSTS) this.#costs.clear();
      this.#costs.set(key, Math.min(known ?? cost, cost));
      return;
    }
    this.#costs.delete(key);
    const kept = columns.map(sharedCopy);
    if (this.#ledger) this.apply(this.#ledger.keep(key, kept));
    else {
      this.#kept.set(key, kept);
      this.#fresh.push([key, kept]);
    }
  }
}
