import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { SeriesKey } from '../../ports/market-data.ts';
import { instant } from './check-rows.ts';
import { median } from './robust.ts';

/** Fewer rows further apart than their timeframe may be those of a thin market. */
const ROWS_TO_TELL = 100;

/**
 * Refuses candles that are not of the timeframe that they are said to be of: most lie closer together, or all of many lie further apart.
 * A file that is mended first would leave some of them, with prices of shorter candles.
 * @throws TidegateError DATA_SPACING
 */
export function checkSpacing(key: SeriesKey, time: Float64Array, where: string): void {
  if (key.timeframe === null || time.length < 2) return;
  const frame = timeframe(key.timeframe);
  if (frame.bars) return;
  // Months, and days when clocks change, are a little shorter than others.
  const least = frame.ms * 0.9;
  let [steps, short, shortest] = [0, 0, Number.POSITIVE_INFINITY];
  for (let i = 1; i < time.length; i++) {
    const step = time[i]! - time[i - 1]!;
    if (!(step > 0)) continue;
    steps++;
    if (step < least) short++;
    if (step < shortest) shortest = step;
  }
  const isShort = 2 * short > steps;
  const isLong = steps >= ROWS_TO_TELL && shortest > frame.ms * 1.5;
  if (!isShort && !isLong) return;
  throw new TidegateError(
    'DATA_SPACING',
    `rows from ${instant(time[0]!)} on are ${lengthOf(isShort ? usualStep(time) : shortest)} apart, which are no ${key.timeframe} candles`,
    { where, remedy: 'Name their timeframe with --timeframe, or in the name of the file: BTC_USDT-5m.csv.' },
  );
}

function usualStep(time: Float64Array): number {
  const steps = time.subarray(1).map((t, i) => t - time[i]!);
  return median(steps.filter((step) => step > 0));
}

function lengthOf(ms: number): string {
  for (const [name, unit] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const)
    if (ms >= unit) return `${Number((ms / unit).toFixed(2))}${name}`;
  return `${ms} ms`;
}
