import { ORDER_KIND, type Order, PURPOSE } from '../../order.ts';

/** What the venue looks for among resting orders. */
export const SWEEP = { gappedStops: 0, gappedProfits: 1, gappedEntries: 2, entries: 3, stops: 4, profits: 5 } as const;

/** True for an order of the kind that is looked for. */
export function sweeps(what: number, { kind, purpose }: Order): boolean {
  if (what === SWEEP.gappedStops || what === SWEEP.stops) return kind === ORDER_KIND.stop;
  if (what === SWEEP.gappedEntries || what === SWEEP.entries) return purpose === PURPOSE.entry;
  return kind === ORDER_KIND.limit && purpose !== PURPOSE.entry;
}
