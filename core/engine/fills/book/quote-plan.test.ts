import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planQuotes, type QuoteStep, type RestingQuote } from './quote-plan.ts';

const quote = (id: number, ticks: number, lots: number): RestingQuote => ({ id, ticks, lots });

it('sends nothing when the wish is what rests', () => {
  expect(planQuotes([quote(1, 100, 5)], [{ ticks: 100, lots: 5 }])).toEqual([]);
});

it('amends down in place, and adds behind instead of losing the place', () => {
  expect(planQuotes([quote(1, 100, 5)], [{ ticks: 100, lots: 3 }])).toEqual([
    { kind: 'amend', id: 1, ticks: 100, lots: 3 },
  ]);
  expect(planQuotes([quote(1, 100, 5)], [{ ticks: 100, lots: 8 }])).toEqual([{ kind: 'place', ticks: 100, lots: 3 }]);
});

it('moves an order with one amendment instead of a cancel and a new one', () => {
  expect(planQuotes([quote(1, 100, 5)], [{ ticks: 101, lots: 7 }])).toEqual([
    { kind: 'amend', id: 1, ticks: 101, lots: 7 },
  ]);
});

it('withdraws what is not wished for any more', () => {
  expect(planQuotes([quote(1, 100, 5), quote(2, 99, 5)], [{ ticks: 99, lots: 5 }])).toEqual([
    { kind: 'cancel', id: 1 },
  ]);
});

it('leaves an order within the tolerance where it is', () => {
  expect(planQuotes([quote(1, 100, 5)], [{ ticks: 101, lots: 5 }], 1)).toEqual([]);
});

/** Rests after all steps have come true. */
function after(resting: readonly RestingQuote[], steps: readonly QuoteStep[]): Map<number, number> {
  const byId = new Map(resting.map((q) => [q.id, { ticks: q.ticks, lots: q.lots }]));
  let next = 1000;
  for (const step of steps) {
    if (step.kind === 'cancel') byId.delete(step.id);
    else if (step.kind === 'amend') byId.set(step.id, { ticks: step.ticks, lots: step.lots });
    else byId.set(next++, { ticks: step.ticks, lots: step.lots });
  }
  const book = new Map<number, number>();
  for (const { ticks, lots } of byId.values()) book.set(ticks, (book.get(ticks) ?? 0) + lots);
  return book;
}

it('always reaches the wish, with no more requests than cancelling and placing would need', () => {
  const level = fc.record({ ticks: fc.integer({ min: 90, max: 100 }), lots: fc.integer({ min: 1, max: 9 }) });
  const wish = fc.uniqueArray(level, { selector: (l) => l.ticks, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(level, { maxLength: 6 }), wish, (levels, wanted) => {
      const resting = levels.map((l, i) => quote(i + 1, l.ticks, l.lots));
      const steps = planQuotes(resting, wanted);
      expect([...after(resting, steps)].sort()).toEqual(wanted.map((l) => [l.ticks, l.lots]).sort());
      expect(steps.length).toBeLessThanOrEqual(resting.length + wanted.length);
    }),
  );
});
