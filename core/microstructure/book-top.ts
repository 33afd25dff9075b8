/**
 * The best levels of a book at one moment, best first, in arrays that the owner reuses: read them at once, never keep them.
 * Prices in quote per base, sizes in base, time in ms UTC. Elements beyond `bids` and `asks` are leftovers.
 */
export interface BookTop {
  readonly time: number;
  /** How many levels each side has. */
  readonly bids: number;
  readonly asks: number;
  readonly bidPrice: ArrayLike<number>;
  readonly bidSize: ArrayLike<number>;
  readonly askPrice: ArrayLike<number>;
  readonly askSize: ArrayLike<number>;
}

/** Middle of best bid and best ask; NaN when a side is empty. */
export function midOf(top: BookTop): number {
  return top.bids > 0 && top.asks > 0 ? (top.bidPrice[0]! + top.askPrice[0]!) / 2 : Number.NaN;
}

/** Spread over mid in basis points; NaN when a side is empty, negative when the book is crossed. */
export function spreadBps(top: BookTop): number {
  return ((top.askPrice[0]! - top.bidPrice[0]!) / midOf(top)) * 10_000;
}
