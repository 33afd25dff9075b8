import { type CandleTable, sliceCandles } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { shown } from '../../foundation/message-of.ts';
import type { LabelModule } from '../../ports/learning-modules.ts';

/** Looks whether a label is one: a number, or NaN, for each candle. @throws TidegateError LABEL_VALUES */
function expectValues({ name, classes }: LabelModule, { length }: CandleTable, target: unknown): void {
  const refuse = (what: string): never => {
    throw new TidegateError('LABEL_VALUES', `the label "${name}" gave ${what}`, {
      remedy: `Return a Float64Array with a value for each candle, NaN where there is none${classes > 0 ? `, and ${classes} different ones` : ''}.`,
    });
  };
  if (!(target instanceof Float64Array)) return refuse(shown(target));
  if (target.length !== length) return refuse(`${target.length} values for ${length} candles`);
  const odd = target.find((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
  if (odd !== undefined) refuse(String(odd));
  const values = new Set<number>();
  if (classes > 0) for (const value of target) if (!Number.isNaN(value) && values.size <= classes) values.add(value);
  if (classes > 0 && values.size > classes) refuse(`${values.size} different values and more, of ${classes} classes`);
}

/**
 * Takes later candles away: labels whose horizon is over must not change, or splits and trainings would leak.
 * @param target the label of all candles
 * @throws TidegateError LABEL_VALUES, LABEL_AHEAD
 */
export function expectHorizon(label: LabelModule, candles: CandleTable, target: Float64Array): void {
  expectValues(label, candles, target);
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
