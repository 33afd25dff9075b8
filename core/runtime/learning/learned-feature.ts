import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import type { FeatureDefinition } from '../../indicators/feature.ts';
import type { Timeline } from '../../ml/walk/timeline.ts';

/**
 * A feature whose values a timeline answers: its first input says when rows became known, the others are what was learned from. NaN before the
 * first. Which rows come at once changes nothing.
 * @param lookback rows before the present one that an answer may read
 */
export function learnedFeature(
  name: string,
  outputs: readonly string[],
  timeline: Timeline,
  lookback: number,
): FeatureDefinition {
  return {
    name,
    version: 1,
    doc: 'What was learned from the past, asked at each candle',
    source: 'trained on past candles only',
    units: 'those of its module',
    inputs: ['closeTime'],
    outputs,
    options: z.object({}),
    args: [],
    warmup: () => 0,
    lookback: () => lookback,
    settle: () => 0,
    create: (_: never, inputs: readonly Column[], columns: readonly Column[]) => ({
      state: new Float64Array(0),
      advance(from: number, to: number) {
        const { base } = inputs[0]!;
        const values = inputs.map((c) => c.values);
        const out = columns.map((c) => c.values);
        const known = values[0]!;
        const end = to - base;
        for (let i = from - base; i < end; ) {
          const k = timeline.at(known[i]!);
          const until = timeline.learned[k + 1]?.from ?? Number.POSITIVE_INFINITY;
          let j = i + 1;
          while (j < end && known[j]! < until) j++;
          if (k >= 0) timeline.learned[k]!.answer(values, out, i, j);
          else for (const column of out) column.fill(Number.NaN, i, j);
          i = j;
        }
      },
    }),
  };
}
