import { expect, it } from 'vitest';
import { SpotCoins } from './spot-coins.ts';

function coinsOf(lots: number) {
  const have = { lots };
  return { have, coins: new SpotCoins(() => have.lots) };
}

it('holds what sells offer, once, and refuses what is not there', () => {
  const { coins } = coinsOf(100);
  const [first, second] = [{ held: 0 }, { held: 0 }];
  expect([coins.take(first, 70), first.held, coins.free]).toEqual([true, 70, 30]);
  expect([coins.take(second, 31), second.held, coins.free]).toEqual([false, 0, 30]);
  expect([coins.take(second, 30), second.held, coins.free]).toEqual([true, 30, 0]);
  // In place of what was held, not beside it.
  expect([coins.take(first, 60), coins.free]).toEqual([true, 10]);
});

it('holds the larger of both sizes while an order is changed, and no more than was held once it stands', () => {
  const { coins } = coinsOf(100);
  const order = { held: 0, lots: 50 };
  coins.take(order, 50);
  expect([coins.change(order, 20), order.held]).toEqual([true, 50]);
  expect([coins.change(order, 80), order.held]).toEqual([true, 80]);
  expect([coins.change(order, 101), order.held]).toEqual([false, 80]);
  coins.keep(order, 20);
  expect([order.held, coins.free]).toEqual([20, 80]);
  coins.keep(order, 30);
  expect(order.held).toBe(20);
  coins.keep(order, 0);
  expect([order.held, coins.free]).toEqual([0, 100]);
});

it('has nothing free where less is held than was offered', () => {
  const { have, coins } = coinsOf(100);
  coins.take({ held: 0 }, 70);
  have.lots = 50;
  expect([coins.free, coins.take({ held: 0 }, 1)]).toEqual([0, false]);
});
