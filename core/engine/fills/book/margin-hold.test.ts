import { expect, it } from 'vitest';
import { defaultSpec } from '../../../data/specs/default-spec.ts';
import { Instrument } from '../../../domain/tradable.ts';
import { MarginHold } from './margin-hold.ts';
import { type OwnOrder, ownOrder } from './own-order.ts';

/** Ticks of 0.1, lots of 0.001, a taker's fee of 0.1 %: 10 lots at 100,000 ticks are worth 100, of which a fifth is margin. */
function holdOf(takerFee = 0.001) {
  const spec = { ...defaultSpec('binance', 'BTC/USDT:USDT'), priceTick: 0.1, amountStep: 0.001, takerFee };
  const box = { heldBack: 0, free: 0 };
  return { box, margin: new MarginHold(box, new Instrument(spec), 5) };
}

const FLAT = null;
let id = 0;
const bid = (lots: number, ticks = 100_000) => ownOrder(++id, 1, null, true, ticks, lots);
const ask = (lots: number, ticks = 100_000) => ownOrder(++id, -1, null, true, ticks, lots);
/** Margin and fee of `value` at 5 times. */
const worth = (value: number) => value * (1 / 5 + 0.001);

function held(orders: OwnOrder[], position: { sign: number; lots: number } | null = FLAT, last = 100_000): number {
  const { margin } = holdOf();
  margin.hold(orders, position, last);
  return margin.held;
}

it('takes the dearer side: a bid and an ask end each other', () => {
  expect(held([bid(10), ask(20)])).toBeCloseTo(worth(200), 9);
  expect(held([bid(20), ask(10)])).toBeCloseTo(worth(200), 9);
  expect(held([bid(10), bid(20, 90_000)])).toBeCloseTo(worth(300), 9);
  expect(held([])).toBe(0);
});

it('takes nothing for what only closes a position', () => {
  const long = { sign: 1, lots: 15 };
  expect(held([ask(15)], long)).toBe(0);
  expect(held([ask(25)], long)).toBeCloseTo(worth(100), 9);
  expect(held([bid(5)], long)).toBeCloseTo(worth(50), 9);
  expect(held([bid(25)], { sign: -1, lots: 15 })).toBeCloseTo(worth(100), 9);
});

it('reckons an order that is being moved at the dearer of both, and one at the market at the last price', () => {
  const moving = (toTicks: number, toLots: number) =>
    Object.assign(bid(10), { pending: 'amend' as const, toTicks, toLots });
  expect(held([moving(110_000, 5)])).toBeCloseTo(worth(110), 9);
  expect(held([moving(90_000, 30)])).toBeCloseTo(worth(300), 9);
  expect(held([bid(10, Number.NaN)], FLAT, 120_000)).toBeCloseTo(worth(120), 9);
});

it('holds in place of what it held, and gives all of it back; a rebate is not counted on', () => {
  const { box, margin } = holdOf(-0.001);
  box.heldBack = 7;
  margin.hold([bid(10)], FLAT, 100_000);
  expect(box.heldBack).toBeCloseTo(27, 9);
  margin.hold([bid(30)], FLAT, 100_000);
  expect(box.heldBack).toBeCloseTo(67, 9);
  margin.hold([], FLAT, 100_000);
  expect([box.heldBack, margin.held]).toEqual([7, 0]);
});
