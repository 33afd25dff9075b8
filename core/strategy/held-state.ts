import { z } from 'zod';
import { defineFeature } from '../indicators/feature.ts';

/**
 * A state that gives way only to another that has been named for `rows` candles running with at least `confidence`: a strategy does not flip with
 * every wobble of a regime. NaN before the first state; a NaN in between changes nothing that comes after.
 */
export const heldState = defineFeature({
  name: 'held-state',
  doc: 'A regime that holds on until another is clearly there',
  source: 'hysteresis',
  units: 'state',
  inputs: ['state', 'confidence'],
  outputs: ['value'],
  options: z.object({ rows: z.int().min(1).default(3), confidence: z.number().min(0).max(1).default(0) }),
  args: ['rows', 'confidence'],
  warmup: () => 0,
  settle: () => Number.POSITIVE_INFINITY,
  create({ rows, confidence: least }, [states, sures], [out]) {
    // Held state, candidate, its streak; -1: none.
    const state = Float64Array.of(-1, -1, 0);
    return {
      state,
      advance(from, to) {
        const { base } = states!;
        let [held, candidate, streak] = state as unknown as [number, number, number];
        for (let i = from - base; i < to - base; i++) {
          const now = states!.values[i]!;
          if (Number.isNaN(now) || Number.isNaN(sures!.values[i]!)) {
            out!.values[i] = Number.NaN;
            continue;
          }
          if (held < 0 || now === held) {
            if (held < 0) held = now;
            candidate = -1;
            streak = 0;
          } else if (sures!.values[i]! >= least) {
            streak = now === candidate ? streak + 1 : 1;
            candidate = now;
            if (streak >= rows) {
              held = now;
              candidate = -1;
              streak = 0;
            }
          }
          out!.values[i] = held;
        }
        state.set([held, candidate, streak]);
      },
    };
  },
});
