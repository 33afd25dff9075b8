import type { Engine } from '../../engine/engine.ts';
import { EVENT } from '../../engine/events.ts';
import type { PairState } from '../../engine/slot.ts';
import type { Prepared } from '../prepare.ts';

/** The part of a run that is driven through time, in ms UTC; false at its end. */
interface Advancing {
  advance(until: number): boolean;
}

/**
 * A run that is stopped where something learned takes over, to tell the engine: the event is of that moment, or of the last one processed where a
 * candle was on its way. The run itself where nothing is learned.
 */
export function withActivations(
  run: Advancing,
  { learned, pairs }: Prepared,
  engine: Engine,
  states: readonly PairState[],
): Advancing {
  const activations = [...(learned?.nodes.values() ?? [])]
    .flatMap(({ ref, market, timeline }) => {
      const pair = states[pairs.findIndex((p) => p.pair === market.symbol)]!;
      const block = typeof ref === 'string' ? ref : ref.name;
      return timeline.learned.map(({ from, hash, trainedAt }) => ({
        from,
        event: { kind: EVENT.model, block, pair, hash, trainedAt },
      }));
    })
    .sort((a, b) => a.from - b.from);
  if (activations.length === 0) return run;
  let next = 0;
  return {
    advance(until) {
      for (; next < activations.length && activations[next]!.from < until; next++) {
        const { from, event } = activations[next]!;
        if (!run.advance(from)) return false;
        engine.process({ ...event, time: Math.max(engine.clock.toEngine(from), engine.now) });
      }
      return run.advance(until);
    },
  };
}
