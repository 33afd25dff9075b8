import type { Slot } from '../../engine/slot.ts';
import { TidegateError } from '../../foundation/errors.ts';

/** The slot that a command names: the pair's only one, or that of the strategy. @throws TidegateError TRADE_COMMAND */
export function findSlot(slots: readonly Slot[], pair: string, strategy?: string): Slot {
  const found = slots.filter((s) => s.pair.pair === pair && (strategy ?? s.strategyName) === s.strategyName);
  const held = found.filter((s) => s.position !== null || s.entry !== null);
  const slot = held[0] ?? (found.length === 1 || strategy ? found[0] : undefined);
  if (slot) return slot;
  throw new TidegateError('TRADE_COMMAND', `no single strategy trades ${pair} here`, {
    remedy: `Pairs: ${[...new Set(slots.map((s) => s.pair.pair))].join(', ')}; with several strategies, name one.`,
  });
}
