import { type CandleTable, sliceCandles } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { LabelModule } from '../../ports/learning-modules.ts';

/**
 * Takes later candles away: labels whose horizon is over must not change, or splits and trainings would leak.
 * @param target the label of all candles
 * @throws TidegateError LABEL_AHEAD
 */
export function expectHorizon(label: LabelModule, candles: CandleTable, target: Float64Array): void {
  for (const share of [0.4, 0.7, 0.9]) {
    const cut = Math.floor(candles.length * share);
    const short = label.label(sliceCandles(candles, 0, cut));
    for (let i = 0; i < cut - label.horizon; i++)
      if (!Object.is(short[i], target[i]))
        throw new TidegateError(
          'LABEL_AHEAD',
          `the label "${label.name}" of candle ${i} is ${target[i]} with all candles and ${short[i]} with those up to ${cut}: it reads beyond its horizon of ${label.horizon}`,
          {
            remedy:
              'Raise the horizon that it states to the furthest candle that it reads: splits and trainings are purged by it.',
          },
        );
  }
}
