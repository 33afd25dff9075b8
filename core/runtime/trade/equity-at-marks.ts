import type { Slot } from '../../engine/slot.ts';
import type { ExchangePosition } from '../../ports/exchange.ts';

/**
 * Equity with positions at the venue's mark prices where it told them, in stake currency: the books know the last candle's close only, which on long
 * timeframes is hours old.
 * @param equity of the books, with positions at their pairs' last prices
 * @param positions what the venue held at the last look
 */
export function equityAtMarks(
  equity: number,
  slots: readonly Pick<Slot, 'pair' | 'position'>[],
  positions: readonly ExchangePosition[],
): number {
  let sum = equity;
  for (const { pair, position } of slots) {
    if (position === null) continue;
    const side = position.sign > 0 ? 'long' : 'short';
    const mark = positions.find((p) => p.pair === pair.pair && p.side === side)?.markPrice ?? 0;
    if (mark > 0) sum += position.sign * position.amount * (mark - pair.last);
  }
  return sum;
}
