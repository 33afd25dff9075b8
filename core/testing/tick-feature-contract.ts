import { EVENT } from '../book/book-events.ts';
import { PriceLadder } from '../book/ladder.ts';
import { randomMarket } from '../book/random-market.ts';
import { TopView } from '../book/top-view.ts';
import type { TickFeature } from '../ports/tick-features.ts';
import type { Findings } from './violation.ts';

const GRID = { tickSize: 0.1, lotSize: 0.001 };

/**
 * Holds a streaming feature to its contract: its values are numbers by the same names at all times, never infinite, the same for the same events,
 * and at least one is known after ten thousand of them.
 */
export function checkStream(make: () => TickFeature, found: Findings): void {
  const [feature, again] = [make(), make()];
  const names = Object.keys(feature.values);
  if (names.length === 0) found.add('values by name', 'there are none');
  const events = randomMarket({ seed: 'contract', length: 5000, meanGapNs: 400e6 });
  const ladder = new PriceLadder();
  const top = new TopView(ladder, 10, GRID);
  let mid = Number.NaN;
  const feed = (target: TickFeature, i: number, time: number) => {
    target.onTime?.(time, mid);
    if (events.kind[i] === EVENT.trade) {
      const trade = { time, price: events.price[i]! * GRID.tickSize, size: events.lots[i]! * GRID.lotSize };
      target.onTrade?.({ ...trade, side: events.side[i]! > 0 ? 1 : -1 });
    } else target.onBook?.(top);
    if (i % 500 === 499) target.onFunding?.(((i % 7) - 3) * 1e-4, time);
    if (i % 900 > 895) target.onLiquidation?.(time, 50_000, 1, 1);
  };
  for (let i = 0; i < events.length; i++) {
    const time = events.localTime[i]! / 1e6;
    if (events.kind[i] === EVENT.depth) {
      ladder.set(events.side[i]!, events.price[i]!, events.lots[i]!);
      top.refresh(time);
    }
    feed(feature, i, time);
    feed(again, i, time);
    if (ladder.hasBoth) mid = ((ladder.bestBid + ladder.bestAsk) / 2) * GRID.tickSize;
    if (i % 97 === 0) checkValues(feature, again, names, i, found);
    if (found.list.length > 0) return;
  }
  if (names.every((name) => Number.isNaN(feature.values[name]!)))
    found.add('has values', `all are NaN after ${events.length} events`);
}

function checkValues(
  feature: TickFeature,
  again: TickFeature,
  names: readonly string[],
  i: number,
  found: Findings,
): void {
  if (Object.keys(feature.values).join() !== names.join()) found.add('values by name', `other names after event ${i}`);
  for (const name of names) {
    const value = feature.values[name];
    if (typeof value !== 'number' || Math.abs(value) === Number.POSITIVE_INFINITY)
      found.add('values are numbers', `"${name}" is ${value} after event ${i}`);
    else if (!Object.is(value, again.values[name])) found.add('determinism', `"${name}" differs between two makes`);
  }
}
