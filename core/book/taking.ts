import type { BookSide } from './book-order.ts';
import type { PriceLadder } from './ladder.ts';
import { NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from './ladder-side.ts';

/**
 * What own orders took from displayed levels. The recorded feed does not know of it and keeps showing it, so it is subtracted from each
 * later update of the level, until the level itself has shrunk below it: the same size is never sold to us twice.
 */
export class TakenSizes {
  readonly #lots = new Map<number, number>();
  /** Nothing is gone anywhere: asked for each event. */
  isEmpty = true;

  add(tick: number, lots: number): void {
    this.#lots.set(tick, (this.#lots.get(tick) ?? 0) + lots);
    this.isEmpty = false;
  }

  /** What is left for us of a level that the feed says holds `shown`. */
  lessTaken(tick: number, shown: number): number {
    const taken = this.#lots.get(tick);
    if (taken === undefined) return shown;
    if (shown > taken) return shown - taken;
    if (shown === 0) this.#lots.delete(tick);
    else this.#lots.set(tick, shown);
    this.isEmpty = this.#lots.size === 0;
    return 0;
  }

  clear(): void {
    this.#lots.clear();
    this.isEmpty = true;
  }
}

/**
 * Walks the opposite side of the book from its best price for up to `lots`, no further than `limit` (NaN: no limit), and returns how much
 * it found. With `taken`, what it found leaves the ladder and is noted there; `onLevel` hears of each level.
 */
export function takeFrom(
  ladder: PriceLadder,
  side: BookSide,
  lots: number,
  limit: number,
  taken: TakenSizes | null,
  onLevel: ((tick: number, lots: number) => void) | null,
): number {
  const isBuy = side > 0;
  const levels = isBuy ? ladder.asks : ladder.bids;
  const end = isBuy ? NO_LEVEL_ABOVE : NO_LEVEL_BELOW;
  let left = lots;
  let tick = isBuy ? ladder.bestAsk : ladder.bestBid;
  while (left > 0 && tick !== end && !((tick - limit) * side > 0)) {
    const shown = levels.get(tick);
    const found = Math.min(left, shown);
    left -= found;
    if (taken) {
      taken.add(tick, found);
      ladder.set(-side, tick, shown - found);
    }
    onLevel?.(tick, found);
    tick = levels.next(tick);
  }
  return lots - left;
}
