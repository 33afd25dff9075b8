import type { ExchangeFill } from '../../ports/exchange.ts';

/** Fills of a pair that are remembered: many more than are made while one of somebody else's waits for its owner. */
const MOST_KEPT = 2_000;

type Made = Pick<ExchangeFill, 'pair' | 'exchangeId' | 'at'>;
type Booked = Made & { readonly lots: number };

/** What has been booked of an account's fills of late, in the venue's order, whatever order they were heard in. */
export class FillHistory {
  readonly #kept = new Map<string, Map<string, Booked>>();

  has({ pair, exchangeId }: Made): boolean {
    return this.#kept.get(pair)?.has(exchangeId) ?? false;
  }

  /** @param lots signed, as they count in the books */
  note({ pair, exchangeId, at }: Made, lots: number): void {
    const kept = this.#kept.get(pair) ?? new Map<string, Booked>();
    this.#kept.set(pair, kept);
    kept.set(exchangeId, { pair, exchangeId, at, lots });
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  }

  /** Signed lots of what was booked that the venue made after a fill. */
  lotsAfter(fill: Made): number {
    let lots = 0;
    for (const other of this.#kept.get(fill.pair)?.values() ?? []) if (madeBefore(fill, other)) lots += other.lots;
    return lots;
  }
}

/** Whether the venue made a fill before another: by its time, then by its count; ids that are no counts say nothing. */
export function madeBefore(a: Made, b: Made): boolean {
  if (a.at !== b.at) return a.at < b.at;
  const [first, second] = [a.exchangeId, b.exchangeId];
  if (!/^\d+$/.test(first) || !/^\d+$/.test(second)) return false;
  return first.length === second.length ? first < second : first.length < second.length;
}
