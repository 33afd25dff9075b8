import type { StringTable } from '../columns/record-log.ts';
import type { ClosedTrades } from '../ports/trading-modules.ts';
import type { TradeLog } from './logs.ts';
import type { Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

/** What a trade of a pair that is traded no more has in place of its slot's index: below 0, made of the pair's name. Its own inverse. */
export function goneSlot(name: number): number {
  return -1 - name;
}

/** The closed trades of a log as modules see them, the latest first, without an object for each. */
export function closedTradesView(
  trades: TradeLog,
  names: StringTable,
  slots: readonly Slot[],
  clock: EngineClock,
): ClosedTrades {
  const get = (k: number, field: 'profitRatio' | 'profitAbs' | 'slot' | 'reason' | 'closedAt') =>
    trades.get(trades.length - 1 - k, field);
  return {
    get count() {
      return trades.length;
    },
    profitRatio: (k) => get(k, 'profitRatio'),
    profitAbs: (k) => get(k, 'profitAbs'),
    pair: (k) => {
      const index = get(k, 'slot');
      return index < 0 ? (names.name(goneSlot(index)) ?? '') : slots.find((s) => s.index === index)!.pair.pair;
    },
    exitReason: (k) => names.name(get(k, 'reason'))!,
    closeTime: (k) => clock.toMs(get(k, 'closedAt')),
  };
}
