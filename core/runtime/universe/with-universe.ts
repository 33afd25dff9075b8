import { closedTradesView } from '../../engine/closed-trades.ts';
import type { Engine } from '../../engine/engine.ts';
import { EVENT } from '../../engine/events.ts';
import { NOT_LISTED, type PairState, type Slot } from '../../engine/slot.ts';
import type { Universe } from './universe.ts';

/** The part of a run that is driven through time, in ms UTC; false at its end. */
interface Advancing {
  advance(until: number): boolean;
}

/**
 * A run that is stopped at each moment at which the pair list may change: pairs that are not on it take no entries until they are, and what is open
 * in them goes on as it was. The changes are commands, so that a journal repeats them.
 * @param start opening time of the first step, ms UTC
 */
export function withUniverse(
  run: Advancing,
  universe: Universe,
  engine: Engine,
  states: readonly PairState[],
  slots: readonly Slot[],
  start: number,
): { advance(until: number): Promise<boolean> } {
  const { moments } = universe;
  const trades = closedTradesView(engine.logs.trades, engine.names, slots, engine.clock);
  const apply = async (moment: number): Promise<void> => {
    const listed = await universe.at(moment, trades);
    const time = Math.max(engine.clock.toEngine(Math.max(moment, start)), engine.now);
    for (const { pair, slots: own, blocked } of states) {
      const reason = listed.has(pair) ? null : NOT_LISTED;
      const [slot] = own;
      if (slot !== undefined && reason !== blocked)
        engine.process({ kind: EVENT.command, time, command: { name: 'block', slot, reason } });
    }
  };
  // The list that is in force when the run begins.
  let next = Math.max(
    0,
    moments.findLastIndex((moment) => moment <= start),
  );
  return {
    async advance(until) {
      for (; next < moments.length && moments[next]! < until; next++) {
        if (moments[next]! > start && !run.advance(moments[next]!)) return false;
        await apply(moments[next]!);
      }
      return run.advance(until);
    },
  };
}
