import fc from 'fast-check';
import { expect, it } from 'vitest';
import { logProb, logProb2, powerProb, powerProb2, powerProb3, queueModel, riskAverse } from './queue-models.ts';

const place = (front: number, traded = 0) => ({ front, traded });

it('moves forward by trades only when averse to risk, and never behind what is shown', () => {
  const model = riskAverse();
  const order = place(10);
  model.onDepth(order, 20, 12);
  expect(order.front).toBe(10);
  model.onTrade(order, 4);
  model.onDepth(order, 12, 5);
  expect(order.front).toBe(5);
});

it('shares what was cancelled between before and behind', () => {
  const order = place(30);
  powerProb(1).onDepth(order, 40, 36);
  expect(order.front).toBe(30 - 0.75 * 4);
  const third = place(10);
  powerProb3(3).onDepth(third, 20, 16);
  expect(third.front).toBe(10 - (1 / 8) * 4);
  const second = place(10);
  powerProb2(2).onDepth(second, 20, 16);
  expect(second.front).toBe(10 - 0.75 * 4);
});

it('puts an order last where its place cannot be told: a root of a negative size', () => {
  const passed = place(-0.4);
  powerProb(0.5).onDepth(passed, 20, 16);
  expect(passed.front).toBe(16);
});

it('does not count as cancelled what has just traded', () => {
  const order = place(30);
  const model = powerProb(1);
  model.onTrade(order, 4);
  model.onDepth(order, 40, 36);
  expect([order.front, order.traded]).toEqual([26, 0]);
});

it('takes logarithms of base units, not of lots', () => {
  const order = place(500);
  logProb2(0.001).onDepth(order, 1000, 900);
  const p = Math.log(1.5) / Math.log(2);
  expect(order.front).toBeCloseTo(500 - (1 - p) * 100, 10);
  const other = place(500);
  logProb(0.001).onDepth(other, 1000, 900);
  expect(other.front).toBe(450);
});

it('keeps the place between what trades allow and what is shown, under every model', () => {
  const change = fc.record({ after: fc.nat(100), traded: fc.nat(5) });
  const names = ['riskAverse', 'logProb', 'logProb2', 'powerProb(2)', 'powerProb2(2)', 'powerProb3(3)'];
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.integer({ min: 1, max: 100 }),
      fc.array(change),
      (name, shown, changes) => {
        const model = queueModel(name, 0.01);
        const order = place(shown);
        let before = shown;
        for (const { after, traded } of changes) {
          const old = order.front;
          if (traded > 0) model.onTrade(order, traded);
          expect(order.front).toBe(old - traded);
          if (order.front < 0) order.front = 0;
          const front = order.front;
          model.onDepth(order, before, after);
          expect(order.front).toBeLessThanOrEqual(after);
          expect(order.front).toBeLessThanOrEqual(front);
          before = after;
        }
      },
    ),
  );
});

it('names what it does not know', () => {
  expect(() => queueModel('riskavers', 1)).toThrow(/BOOK_QUEUE_UNKNOWN.*riskAverse/);
  expect(() => queueModel('powerProb3', 1)).toThrow('BOOK_QUEUE_UNKNOWN');
});
