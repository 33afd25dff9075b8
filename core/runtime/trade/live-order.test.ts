import { expect, it } from 'vitest';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import { Instrument } from '../../domain/tradable.ts';
import { ORDER_KIND, ORDER_STATE, Order, PURPOSE } from '../../engine/order.ts';
import type { Slot } from '../../engine/slot.ts';
import { LiveOrder } from './live-order.ts';

/** An order of five lots of a position of `held`. */
function orderOf(pair: string, held: number, purpose: (typeof PURPOSE)['exit' | 'entry']) {
  const instrument = new Instrument({ ...defaultSpec('binance', pair), priceTick: 0.1, amountStep: 0.001 });
  const slot = { pair: { pair, instrument }, position: held === 0 ? null : { lots: held } } as unknown as Slot;
  const order = new Order(1, slot, purpose, ORDER_KIND.market, -1, 0, 5, 0, null);
  order.state = ORDER_STATE.working;
  return new LiveOrder(order).target?.lots ?? null;
}

it('on spot never sells more than the position has by now: another sell may have been quicker', () => {
  expect([7, 5, 3, 0].map((held) => orderOf('BTC/USDT', held, PURPOSE.exit))).toEqual([5, 5, 3, null]);
  expect(orderOf('BTC/USDT', 3, PURPOSE.entry)).toBe(5);
  // A perpetual's exchange sees to it: the order only reduces.
  expect(orderOf('BTC/USDT:USDT', 3, PURPOSE.exit)).toBe(5);
});
