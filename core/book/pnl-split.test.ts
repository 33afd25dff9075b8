import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Markouts } from './markouts.ts';
import { PnlSplit } from './pnl-split.ts';

it('calls half the spread earned by buying below and selling above mid, and the rest inventory', () => {
  const split = new PnlSplit();
  split.onMid(100);
  split.onFill(1, 99, 2, 0.1);
  split.onMid(103);
  split.onFill(-1, 104, 2, 0.1);
  split.onFunding(0.001, 100);
  expect([split.spread, split.inventory, split.fees, split.funding, split.total]).toEqual([4, 6, 0.2, 0, 9.8]);
});

it('adds up to the change of equity at mid, whatever happens', () => {
  const step = fc.record({
    mid: fc.integer({ min: 50, max: 150 }),
    sign: fc.constantFrom(1 as const, -1 as const),
    price: fc.integer({ min: 50, max: 150 }),
    amount: fc.integer({ min: 0, max: 9 }),
    fee: fc.integer({ min: -3, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), (steps) => {
      const split = new PnlSplit();
      let cash = 0;
      let position = 0;
      for (const s of steps) {
        split.onMid(s.mid);
        split.onFill(s.sign, s.price, s.amount, s.fee);
        cash -= s.sign * s.price * s.amount + s.fee;
        position += s.sign * s.amount;
      }
      expect(split.total).toBe(cash + position * steps.at(-1)!.mid + 0);
    }),
  );
});

it('measures the mid that holds when each horizon is over', () => {
  const markouts = new Markouts([1, 5]);
  markouts.onFill(0, 1, 100, 2);
  markouts.advance(0.9e9, 100);
  markouts.advance(1e9, 101);
  markouts.advance(2e9, 105);
  expect(markouts.rows).toEqual([
    { seconds: 1, fills: 1, bps: 100 },
    { seconds: 5, fills: 0, bps: Number.NaN },
  ]);
  markouts.advance(6e9, 99);
  expect(markouts.rows[1]).toEqual({ seconds: 5, fills: 1, bps: -100 });
});

it('holds a fill against the mid after its own second, however long an earlier fill still waits', () => {
  const markouts = new Markouts([1, 60]);
  markouts.onFill(0, 1, 100, 1);
  for (let second = 1; second <= 60; second++) {
    if (second === 7) markouts.onFill(7e9, 1, 107, 1);
    if (second * 1e9 >= markouts.nextDue) markouts.advance(second * 1e9, 100 + second);
  }
  const [second, minute] = markouts.rows;
  expect(second!.fills).toBe(2);
  expect(second!.bps).toBeCloseTo((100 + 1e4 / 107) / 2, 9);
  expect(minute!.fills).toBe(1);
  expect(minute!.bps).toBeCloseTo(6000, 9);
});

it('keeps any number of fills that wait', () => {
  const markouts = new Markouts([1, 60]);
  for (let k = 0; k < 1000; k++) {
    const time = k * 0.1e9;
    markouts.advance(time, 100);
    markouts.onFill(time, 1, 99 + (k % 2), 1);
  }
  markouts.advance(200e9, 100);
  const mean = (500 * (1 / 99) * 1e4) / 1000;
  for (const { fills, bps } of markouts.rows) {
    expect(fills).toBe(1000);
    expect(bps).toBeCloseTo(mean, 9);
  }
});

it('agrees with looking at every fill at every step, however far apart steps are', () => {
  const step = fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 90, max: 110 }), fc.nat(3));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const spans = [1, 5, 60];
      const markouts = new Markouts(spans);
      const sums = spans.map(() => 0);
      const counts = spans.map(() => 0);
      let waiting: { due: number; h: number; price: number }[] = [];
      let time = 0;
      for (const [tenths, mid, fills] of steps) {
        time += tenths * 0.1e9;
        markouts.advance(time, mid);
        for (const { due, h, price } of waiting) {
          if (due > time) continue;
          sums[h]! += ((mid - price) / price) * 1e4;
          counts[h]!++;
        }
        waiting = waiting.filter(({ due }) => due > time);
        for (let k = 0; k < fills; k++) {
          markouts.onFill(time, 1, 95 + k, 1);
          for (const [h, span] of spans.entries()) waiting.push({ due: time + span * 1e9, h, price: 95 + k });
        }
        expect(markouts.nextDue).toBe(Math.min(Number.POSITIVE_INFINITY, ...waiting.map(({ due }) => due)));
      }
      for (const [h, { fills, bps }] of markouts.rows.entries()) {
        expect(fills).toBe(counts[h]);
        if (counts[h] === 0) expect(bps).toBeNaN();
        else expect(bps).toBeCloseTo(sums[h]! / counts[h]!, 7);
      }
    }),
  );
});
