import type { EquityCurve } from '../domain/run-result.ts';
import { ratio, total } from './moments.ts';

/** How much of the account was at work. Exposures are notional over equity (1 = the whole account, leverage counts). */
export interface Exposure {
  /** Share of points with an open position. */
  readonly timeInMarket: number;
  readonly average: number;
  readonly highest: number;
}

/** Exposure over a run. All NaN for an empty curve. */
export function exposure(curve: EquityCurve): Exposure {
  const { length } = curve.exposure;
  const seen = new Sizes();
  for (let from = 0; from < length; from += BLOCK) seen.add(curve.exposure, from, Math.min(length, from + BLOCK));
  const highest = length ? seen.highest : Number.NaN;
  return { timeInMarket: ratio(seen.open, length), average: ratio(seen.sum, length), highest };
}

/** Rows at a time: a function that is called again is compiled sooner than a loop that runs on. */
const BLOCK = 512;

/** Measures of a column's absolute values, its blocks added in order. */
class Sizes {
  /** Values other than zero. */
  open = 0;
  sum = 0;
  highest = 0;

  add(column: Float64Array, from: number, to: number): void {
    let { open, sum, highest } = this;
    for (let i = from; i < to; i++) {
      const value = column[i]!;
      const size = value < 0 ? -value : value;
      if (size > 0) open++;
      if (size > highest) highest = size;
      sum += size;
    }
    this.open = open;
    this.sum = sum;
    this.highest = highest;
  }
}

/** What was traded: notional of all fills, and how often a year it turned the average equity over. */
export interface Turnover {
  readonly volume: number;
  readonly perYear: number;
}

/** Volume in stake currency and turnover a year (365 days), from what each trade moved. NaN a year below one day. */
export function turnover(notionals: Float64Array, curve: EquityCurve, durationMs: number): Turnover {
  const volume = total(notionals);
  const { length } = curve.equity;
  let sum = 0;
  for (let from = 0; from < length; from += BLOCK) sum = sumOf(sum, curve.equity, from, Math.min(length, from + BLOCK));
  const years = durationMs / (365 * 86_400_000);
  const isLongEnough = durationMs >= 86_400_000;
  return { volume, perYear: isLongEnough ? ratio(volume, (sum / length) * years) : Number.NaN };
}

/** `before` with the rows of a block added one by one. */
function sumOf(before: number, column: Float64Array, from: number, to: number): number {
  let sum = before;
  for (let i = from; i < to; i++) sum += column[i]!;
  return sum;
}
