import type { CandleTable } from '../../domain/candles.ts';
import { lowerBound } from '../../domain/candles.ts';
import type { FeaturePlan } from '../../indicators/plan.ts';
import { type PairRows, stackRows } from '../../ml/dataset/stack-rows.ts';
import { cusumEvents, volumeSpikes } from '../../ml/labels/events.ts';
import type { Dataset, LabelModule } from '../../ports/learning-modules.ts';
import type { ModelSettings } from '../../strategy/train-block.ts';
import { needsOf } from '../needs.ts';
import { expectHorizon } from './expect-horizon.ts';
import type { LearnedNode } from './learned-run.ts';

/**
 * The rows that a block learns from, of all its pairs, in the order in which they became known. Rows of the features' warm-up and rows whose label
 * could still change are left out. The plan must have computed the inputs.
 * @throws TidegateError LABEL_AHEAD when the label reads beyond its horizon
 */
export function blockDataset(
  plan: FeaturePlan,
  candlesOf: (pair: string) => CandleTable,
  nodes: readonly LearnedNode[],
  label: LabelModule,
  sample?: ModelSettings['sample'],
): Dataset {
  const parts = nodes.map(({ market, inputs, below }): PairRows => {
    const candles = candlesOf(market.symbol);
    const known = plan.add(inputs[0]!).values;
    const warm = Math.min(candles.length, needsOf(inputs.slice(1), market.timeframe).warmup);
    const answered = Math.max(
      Number.NEGATIVE_INFINITY,
      ...below.map(({ timeline }) => timeline.learned[0]?.from ?? Number.POSITIVE_INFINITY),
    );
    const start = Math.max(warm, lowerBound(known, answered));
    const target = label.label(candles);
    expectHorizon(label, candles, target);
    const isSampled = sampledRows(candles, sample);
    const { close } = candles;
    return {
      pair: market.symbol,
      columns: inputs.slice(1).map((series) => plan.add(series).values.subarray(start, candles.length)),
      availableAt: known.subarray(start, candles.length),
      labelAt: Float64Array.from(
        { length: candles.length - start },
        (_, i) => known[start + i + label.horizon] ?? Number.NaN,
      ),
      // Where the horizon is not over, a label that is there already (a barrier touched early) would be one of a chosen few.
      target: target
        .slice(start)
        .map((y, i) => (start + i + label.horizon < candles.length && isSampled(start + i) ? y : Number.NaN)),
      moves: Float64Array.from({ length: candles.length - start }, (_, i) =>
        Math.log((close[start + i + label.horizon] ?? Number.NaN) / close[start + i]!),
      ),
    };
  });
  return stackRows(nodes[0]!.names, parts).dataset;
}

/** Which candles are learned from: all, or those at which something happened. What says so looks back only. */
function sampledRows({ close, volume }: CandleTable, sample: ModelSettings['sample']): (row: number) => boolean {
  if (!sample) return () => true;
  const { spike, period, cusum } = sample;
  const found = new Set<number>();
  if (spike !== undefined) for (const row of volumeSpikes(volume, { bars: period, times: spike })) found.add(row);
  if (cusum !== undefined) for (const row of cusumEvents(close, cusum)) found.add(row);
  return (row) => found.has(row);
}
