import type { MarketBook } from './replay-book.ts';

/** What a taker gets of one level. */
export interface Taken {
  readonly tick: number;
  readonly lots: number;
}

/** Lots that a taker of `side` could get now at `limitTick` or better (0 = any price). */
export function takeable(book: MarketBook, side: 1 | -1, limitTick: number): number {
  let sum = 0;
  for (const [tick, lots] of book.levels(side > 0 ? -1 : 1)) {
    if (limitTick > 0 && (limitTick - tick) * side < 0) break;
    sum += lots;
  }
  return sum;
}

/** Takes up to `lots` from the other side, level by level, at `limitTick` or better (0 = any price). */
export function take(book: MarketBook, side: 1 | -1, limitTick: number, lots: number): Taken[] {
  const other = side > 0 ? -1 : 1;
  const out: Taken[] = [];
  for (const [tick, shown] of book.levels(other)) {
    if (lots === 0 || (limitTick > 0 && (limitTick - tick) * side < 0)) break;
    const got = Math.min(shown, lots);
    book.take(other, tick, got);
    out.push({ tick, lots: got });
    lots -= got;
  }
  return out;
}

/** Whether an order at `tick` would meet the other side of the book now. */
export function crosses(book: MarketBook, side: 1 | -1, tick: number): boolean {
  const other = book.touch(side > 0 ? -1 : 1);
  if (other <= 0 || (tick - other) * side < 0) return false;
  const best = side > 0 ? book.bestAsk : book.bestBid;
  return best > 0 && (tick - best) * side >= 0;
}
