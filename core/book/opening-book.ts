import { type BookEvents, EVENT, EventBuilder, SEE, sliceEvents } from './book-events.ts';
import { PriceLadder } from './ladder.ts';
import { NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from './ladder-side.ts';

/**
 * Events [from, to) with the book as it stood before them put in front, as a snapshot: a run that begins in the middle of a feed knows the book from
 * its first row on. Levels are those that the exchange's rows left; the snapshot has the first row's times. Unchanged where `from` is 0.
 * @param before earlier events of the same instrument and origin, such as the end of the day before
 */
export function withOpeningBook(events: BookEvents, from: number, to: number, before?: BookEvents): BookEvents {
  if (from >= to || (from === 0 && !before)) return sliceEvents(events, from, to);
  const ladder = new PriceLadder();
  if (before) replay(ladder, before, before.length);
  replay(ladder, events, from);
  const rest = sliceEvents(events, from, to);
  if (ladder.bids.count === 0 && ladder.asks.count === 0) return rest;
  const builder = new EventBuilder(events.originMs);
  const exchangeTime = rest.exchangeTime[0]!;
  const localTime = rest.localTime[0]!;
  // Each reader's own first time: the other's may lie before or after it.
  const put = (kind: number, side: number, tick: number, lots: number) =>
    builder.push(SEE.both, kind, side, Math.min(exchangeTime, localTime), localTime, tick, lots);
  put(EVENT.clear, 0, 0, 0);
  const { bids, asks, bestBid, bestAsk } = ladder;
  for (let t = bestBid; t !== NO_LEVEL_BELOW; t = bids.next(t)) put(EVENT.depth, 1, t, bids.get(t));
  for (let t = bestAsk; t !== NO_LEVEL_ABOVE; t = asks.next(t)) put(EVENT.depth, -1, t, asks.get(t));
  const { see, kind, side, price, lots, length } = rest;
  for (let i = 0; i < length; i++)
    builder.push(see[i]!, kind[i]!, side[i]!, rest.exchangeTime[i]!, rest.localTime[i]!, price[i]!, lots[i]!);
  return builder.events();
}

function replay(ladder: PriceLadder, { see, kind, side, price, lots }: BookEvents, to: number): void {
  for (let i = 0; i < to; i++) {
    if ((see[i]! & SEE.exchange) === 0) continue;
    if (kind[i] === EVENT.clear) ladder.clear(side[i]! as 1 | -1 | 0, price[i]!);
    else if (kind[i] === EVENT.depth) {
      ladder.set(side[i]!, price[i]!, lots[i]!);
    }
  }
}
