import type { PairState } from '../../engine/slot.ts';

/** Signed lots of all positions on a pair: what the venue's position should be. */
export function heldLots({ slots }: Pick<PairState, 'slots'>): number {
  return slots.reduce((sum, { position }) => sum + (position === null ? 0 : position.sign * position.lots), 0);
}
