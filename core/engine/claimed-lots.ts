import type { ExecutionDesk } from './execution-desk.ts';
import { type Order, PURPOSE } from './order.ts';
import type { Slot } from './slot.ts';

/**
 * Lots of a slot's position that the engine's own orders are to sell: what its exits come to, or its stop or resting profit, whichever is most. On spot those
 * coins are not there for anything else.
 */
export function claimedLots({ exit, position }: Slot, execution: ExecutionDesk | null): number {
  if (position === null) return 0;
  const resting = Math.max(openLots(position.stopOrder), openLots(position.roiOrder));
  let leaving = openLots(exit);
  if (execution !== null)
    for (const { parent, children } of execution.works)
      if (parent.slot === position.slot && parent !== exit && parent.purpose === PURPOSE.exit)
        for (const child of children.values()) leaving += openLots(child);
  return Math.min(position.lots, Math.max(resting, leaving));
}

const openLots = (order: Order | null): number => (order?.isOpen ? order.restLots : 0);
