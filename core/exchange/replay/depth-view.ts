import type { Levels } from './replay-book.ts';
import type { ReplayOrder } from './replay-order.ts';
import { lotsText, priceText } from './replay-symbol.ts';
import type { SymbolMarket } from './symbol-market.ts';

/** The public book: what the market offers, and the account's own resting orders in it. Best first. */
export function publicLevels(market: SymbolMarket, side: 1 | -1, own: readonly ReplayOrder[], limit: number): Levels {
  const levels = market.book.levels(side);
  const mine = own.filter((order) => order.side === side && order.tick > 0 && order.stopTick === 0);
  if (mine.length === 0) return levels.slice(0, limit);
  const all = new Map(levels);
  for (const order of mine) all.set(order.tick, (all.get(order.tick) ?? 0) + order.lots - order.filled);
  return [...all].sort((a, b) => (b[0] - a[0]) * side).slice(0, limit);
}

/** Follows what was shown of one book and tells the changes: the differences between two calls, as `depthUpdate` wants them. */
export class DepthDiff {
  readonly #shown: { bids: Map<number, number>; asks: Map<number, number> } = {
    bids: new Map<number, number>(),
    asks: new Map<number, number>(),
  };
  #updateId: number;

  /** Begins with the book as it is now. */
  constructor(market: SymbolMarket, bids: Levels, asks: Levels) {
    this.#updateId = market.lastUpdateId;
    this.#shown.bids = new Map(bids);
    this.#shown.asks = new Map(asks);
  }

  /** Nothing has happened since the last call. */
  isCurrent(market: SymbolMarket): boolean {
    return market.lastUpdateId === this.#updateId;
  }

  /** The event that leads from the last call to now; `null` when the book's update id has not moved. */
  next(market: SymbolMarket, bids: Levels, asks: Levels, time: number): DepthEvent | null {
    if (this.isCurrent(market)) return null;
    const { symbol } = market;
    const before = this.#updateId;
    this.#updateId = market.lastUpdateId;
    const changes = (shown: Map<number, number>, levels: Levels): string[][] => {
      const rows: string[][] = [];
      const seen = new Set<number>();
      for (const [tick, lots] of levels) {
        seen.add(tick);
        if (shown.get(tick) === lots) continue;
        shown.set(tick, lots);
        rows.push([priceText(symbol, tick), lotsText(symbol, lots)]);
      }
      for (const tick of shown.keys()) {
        if (seen.has(tick)) continue;
        shown.delete(tick);
        rows.push([priceText(symbol, tick), lotsText(symbol, 0)]);
      }
      return rows;
    };
    return {
      e: 'depthUpdate',
      E: time,
      ...(symbol.venue === 'futures' && { T: time }),
      s: symbol.id,
      // Futures snapshots must lie within an event's range; spot events follow each other without a gap.
      U: symbol.venue === 'futures' ? before : before + 1,
      u: market.lastUpdateId,
      ...(symbol.venue === 'futures' && { pu: before }),
      b: changes(this.#shown.bids, bids),
      a: changes(this.#shown.asks, asks),
    };
  }
}

/** `depthUpdate`. */
export interface DepthEvent {
  readonly e: 'depthUpdate';
  readonly E: number;
  readonly s: string;
  U: number;
  readonly u: number;
  pu?: number;
  b: string[][];
  a: string[][];
}
