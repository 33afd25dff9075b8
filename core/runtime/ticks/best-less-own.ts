import type { PriceLadder } from '../../book/ladder.ts';
import { NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from '../../book/ladder-side.ts';

/** Best prices in ticks with what others show there, lots. */
export interface BestLevels {
  readonly bestBid: number;
  readonly bestAsk: number;
  readonly bidLots: number;
  readonly askLots: number;
}

/**
 * The best levels of a book that shows own orders, as they are without them; levels that hold nothing else are passed over. Null where a side is empty then.
 * @param own lots by side and tick: `(1 bid | -1 ask, tick) -> lots`
 */
export function bestLessOwn(
  { bids, asks, bestBid, bestAsk }: PriceLadder,
  own: (side: 1 | -1, tick: number) => number,
): BestLevels | null {
  let bid = bestBid;
  while (bid !== NO_LEVEL_BELOW && bids.get(bid) <= own(1, bid)) bid = bids.next(bid);
  let ask = bestAsk;
  while (ask !== NO_LEVEL_ABOVE && asks.get(ask) <= own(-1, ask)) ask = asks.next(ask);
  if (bid === NO_LEVEL_BELOW || ask === NO_LEVEL_ABOVE) return null;
  return { bestBid: bid, bestAsk: ask, bidLots: bids.get(bid) - own(1, bid), askLots: asks.get(ask) - own(-1, ask) };
}
