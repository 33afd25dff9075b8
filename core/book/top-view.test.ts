import { expect, it } from 'vitest';
import { PriceLadder } from './ladder.ts';
import { TopView } from './top-view.ts';

it('shows the best levels, and without own size where the feed shows it', () => {
  const ladder = new PriceLadder();
  ladder.set(1, 100, 5);
  ladder.set(1, 99, 7);
  ladder.set(-1, 101, 3);
  ladder.set(-1, 103, 4);
  const view = new TopView(ladder, 2, { tickSize: 0.5, lotSize: 2 });
  view.refresh(1);
  expect([...view.bidPrice, ...view.bidSize, ...view.askPrice, ...view.askSize]).toEqual([
    50, 49.5, 10, 14, 50.5, 51.5, 6, 8,
  ]);
  // A level of own size alone is no level; part of one is less.
  view.refresh(2, (side, tick) => (side > 0 ? (tick === 100 ? 5 : 2) : 0));
  expect([view.bids, view.bidPrice[0], view.bidSize[0], view.asks]).toEqual([1, 49.5, 10, 2]);
});
