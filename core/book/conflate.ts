import { type BookEvents, EVENT, EventBuilder } from './book-events.ts';

/**
 * Accelerated fidelity: of the changes of one level within a window of exchange time only the last is kept, at its own place. Trades, clears,
 * marks and funding all stay. A run on it sees fewer updates: best prices between are missed and queue positions are coarser, while no trade
 * and so no bound on fills is lost. At `windowNs` 0 nothing is dropped. Rows of the two readers are thinned apart, so both orders stay right.
 */
export function conflated(events: BookEvents, windowNs: number): BookEvents {
  const { length, see, kind, side, exchangeTime, localTime, price, lots } = events;
  if (!(windowNs > 0)) return events;
  const keeps = new Uint8Array(length).fill(1);
  // Backwards: a row is dropped where a later change of its level, for the same reader, lies in the same window.
  const later = new Map<number, number>();
  for (let i = length - 1; i >= 0; i--) {
    const what = kind[i]!;
    if (what === EVENT.clear) later.clear();
    if (what !== EVENT.depth) continue;
    const key = (price[i]! * 2 + (side[i]! > 0 ? 1 : 0)) * 4 + see[i]!;
    const window = Math.floor(exchangeTime[i]! / windowNs);
    if (later.get(key) === window) keeps[i] = 0;
    else later.set(key, window);
  }
  const builder = new EventBuilder(events.originMs);
  for (let i = 0; i < length; i++)
    if (keeps[i] === 1) builder.push(see[i]!, kind[i]!, side[i]!, exchangeTime[i]!, localTime[i]!, price[i]!, lots[i]!);
  return builder.events();
}
