import { expect, it } from 'vitest';
import { defaultSpec } from '../../../data/specs/default-spec.ts';
import { Instrument } from '../../../domain/tradable.ts';
import { SpotCash } from './spot-cash.ts';

/** Ticks of 0.1, lots of 0.001, a fee of 0.1 % at most. */
function boxOf(cash: number) {
  const spec = {
    ...defaultSpec('binance', 'BTC/USDT'),
    priceTick: 0.1,
    amountStep: 0.001,
    makerFee: 0.001,
    takerFee: 0.001,
  };
  const box = {
    heldBack: 0,
    get free() {
      return cash - this.heldBack;
    },
  };
  return { box, cash: new SpotCash(box, new Instrument(spec)) };
}

it('holds what buys cost with the fee, once, and refuses what is not there', () => {
  const { box, cash } = boxOf(250);
  const [first, second] = [{ held: 0 }, { held: 0 }];
  expect(cash.take(first, 10, 100_000)).toBe(true);
  expect([first.held, box.free]).toEqual([100 * 1.001, 250 - 100 * 1.001]);
  expect(cash.take(second, 15, 100_000)).toBe(false);
  expect([second.held, box.free]).toEqual([0, 250 - 100 * 1.001]);
  // A change holds in place of what was held, not beside it.
  expect(cash.take(first, 20, 100_000)).toBe(true);
  expect(first.held).toBeCloseTo(200.2, 9);
});

it('gives back what an order no longer needs, never more, and all of it at its end', () => {
  const { box, cash } = boxOf(1000);
  const order = { held: 0 };
  cash.take(order, 50, 100_000);
  cash.keep(order, 20, 100_000);
  expect(order.held).toBeCloseTo(200.2, 9);
  cash.keep(order, 30, 100_000);
  expect(order.held).toBeCloseTo(200.2, 9);
  cash.keep(order, 0, 100_000);
  expect([order.held, box.free]).toEqual([0, 1000]);
});

it('holds the dearest that may come of a change', () => {
  const { cash } = boxOf(1000);
  const order = { held: 0, lots: 50, ticks: 100_000 };
  cash.take(order, 50, 100_000);
  expect([cash.change(order, 40, 100_000), order.held]).toEqual([true, 500 * 1.001]);
  expect([cash.change(order, 40, 110_000), order.held]).toEqual([true, 550 * 1.001]);
  expect([cash.change(order, 95, 110_000), order.held]).toEqual([false, 550 * 1.001]);
});

it('says how far a buy at the market may go', () => {
  const { cash } = boxOf(100.1);
  expect(cash.reach(10)).toBe(100_000);
  expect(boxOf(-1).cash.reach(10)).toBe(0);
});
