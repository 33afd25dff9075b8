import { ORDER_KIND, type Order, PURPOSE } from '../../order.ts';

const { entry: ENTRY } = PURPOSE;
const { limit: LIMIT, stop: STOP } = ORDER_KIND;

/** What the venue looks for among resting orders. */
export const SWEEP = { gappedStops: 0, gappedProfits: 1, gappedEntries: 2, entries: 3, stops: 4, profits: 5 } as const;

/**
 * The next order of a kind to be tried in a phase; null when all have been. Of limits on one side it is the one nearest to the market, which gets
 * there first.
 */
export function nextOf(what: number, orders: readonly Order[], phase: number): Order | null {
  let next: Order | null = null;
  for (let k = 0; k < orders.length; k++) {
    const order = orders[k]!;
    const { kind, sign, restingTicks } = order;
    // What came to rest in this very phase may have missed the price that would fill it; a stop is taken to be there at once.
    const isNew = order.restingSince === phase && kind !== STOP;
    if (order.seenAt === phase || isNew || !sweeps(what, order)) continue;
    if (next === null) next = order;
    else if (kind !== STOP && sign === next.sign && sign * (restingTicks - next.restingTicks) > 0) next = order;
  }
  return next;
}

/** True for an order of the kind that is looked for. */
function sweeps(what: number, { kind, purpose }: Order): boolean {
  if (what === SWEEP.gappedStops || what === SWEEP.stops) return kind === STOP;
  if (what === SWEEP.gappedEntries || what === SWEEP.entries) return purpose === ENTRY;
  return kind === LIMIT && purpose !== ENTRY;
}
