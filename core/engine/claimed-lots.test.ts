import { describe, expect, it } from 'vitest';
import { claimedLots } from './claimed-lots.ts';
import { type ExecutionDesk, Work } from './execution-desk.ts';
import { ORDER_KIND, ORDER_STATE, Order, PURPOSE } from './order.ts';
import type { Slot } from './slot.ts';

const here = { pair: { instrument: { price: (ticks: number) => ticks } } } as Slot;
const elsewhere = { ...here } as Slot;

function order(
  lots: number,
  { purpose = PURPOSE.exit as number, filled = 0, isOver = false, slot = here } = {},
): Order {
  const made = new Order(1, slot, purpose, ORDER_KIND.limit, -1, 100, lots, 0, null);
  made.filledLots = filled;
  if (isOver) made.state = ORDER_STATE.cancelled;
  return made;
}

function claimed(
  lots: number,
  {
    exit = null,
    stop = null,
    roi = null,
    works = [],
  }: Partial<Record<'exit' | 'stop' | 'roi', Order | null>> & { works?: Work[] },
): number {
  Object.assign(here, { exit, position: { lots, slot: here, stopOrder: stop, roiOrder: roi } });
  return claimedLots(here, { works } as Partial<ExecutionDesk> as ExecutionDesk);
}

/** An order worked by a module, with children of these lots. */
function worked(parent: Order, ...children: number[]): Work {
  const work = new Work(parent, { name: 'twap' } as Work['module'], null, false);
  for (const [k, lots] of children.entries()) work.children.set(String(k), order(lots, { slot: parent.slot }));
  return work;
}

describe('lots that the own orders of a position are to sell', () => {
  it('are none without a position, and none without orders', () => {
    Object.assign(here, { position: null, exit: order(5) });
    expect(claimedLots(here, null)).toBe(0);
    expect(claimed(10, {})).toBe(0);
  });

  it('are what is left of the exit, or of its stop or resting profit: the most of them, since only one of them will sell', () => {
    expect(claimed(10, { exit: order(4, { filled: 1 }), stop: order(2), roi: order(1) })).toBe(3);
    expect(claimed(10, { exit: order(4), stop: order(7), roi: order(6) })).toBe(7);
    expect(claimed(10, { exit: order(4), stop: order(5), roi: order(6) })).toBe(6);
    expect(claimed(10, { exit: order(4, { isOver: true }), stop: order(2, { isOver: true }) })).toBe(0);
  });

  it('count what exits that were given up still have out, beside the exit', () => {
    const exit = order(4);
    expect(claimed(10, { exit, works: [worked(exit, 1), worked(order(5), 2, 1)] })).toBe(7);
    expect(claimed(10, { exit: null, works: [worked(order(5), 2, 1)] })).toBe(3);
  });

  it('count no entries, and nothing of other slots', () => {
    expect(claimed(10, { works: [worked(order(5, { purpose: PURPOSE.entry }), 2)] })).toBe(0);
    expect(claimed(10, { works: [worked(order(5, { slot: elsewhere }), 2)] })).toBe(0);
  });

  it('are never more than the position', () => {
    expect(claimed(3, { exit: order(9) })).toBe(3);
  });
});
