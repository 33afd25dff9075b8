import { expect, it } from 'vitest';
import { PairSurface } from './pair-surface.ts';

const attached = () => {
  let id = 0;
  return new PairSurface('BTC/USDT', {}, () => ++id);
};

it('takes the same wish again for no news, also when its object was filled anew', () => {
  const surface = attached();
  const level = { price: 100, amount: 1 };
  surface.quote({ bids: [level], asks: [] });
  surface.hasNewWish = false;
  surface.quote({ bids: [{ ...level }], asks: [] });
  expect(surface.hasNewWish).toBe(false);
  level.price = 99;
  surface.quote({ bids: [level], asks: [] });
  expect([surface.hasNewWish, surface.wish!.bids[0]!.price]).toEqual([true, 99]);
});

it('refuses levels without a price, bids at or above asks, and orders without an amount', () => {
  const surface = attached();
  expect(() => surface.quote({ bids: [{ price: Number.NaN, amount: 1 }], asks: [] })).toThrow(
    'quote() was given 1 at NaN in bids',
  );
  expect(() => surface.quote({ bids: [{ price: 2, amount: 1 }], asks: [{ price: 2, amount: 1 }] })).toThrow(
    'would trade with each other',
  );
  expect(() => surface.orders.submit({ side: 'buy', amount: 0 })).toThrow('STRATEGY_ORDER');
});

it('numbers orders by hand and takes requests for open ones only', () => {
  const surface = attached();
  const id = surface.orders.submit({ side: 'buy', amount: 1 });
  surface.orders.cancel(id + 1);
  surface.orders.amend(id, { price: 5 });
  expect(surface.requests.map((r) => [r.kind, r.id])).toEqual([
    ['submit', id],
    ['amend', id],
  ]);
  expect(surface.orders.open).toEqual([id]);
});
