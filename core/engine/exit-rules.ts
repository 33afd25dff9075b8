import type { Strategy } from '../strategy/strategy.ts';
import type { Position } from './position.ts';

/** A strategy's ROI table, sorted: from `minutes[k]` on, leave at profit ratio `ratios[k]`. */
export interface RoiTable {
  /** ns since the opening. */
  readonly after: Float64Array;
  readonly ratios: Float64Array;
}

/** The ROI table of a strategy as columns. */
export function roiTable(strategy: Strategy): RoiTable {
  const rows = Object.entries(strategy.minimalRoi)
    .map(([minutes, ratio]) => [Number(minutes) * 60e9, ratio] as const)
    .sort((a, b) => a[0] - b[0]);
  return { after: Float64Array.from(rows, (r) => r[0]), ratios: Float64Array.from(rows, (r) => r[1]) };
}

/** Sets the row of the table that is in force at `time` (engine ns) and when the next one begins. NaN ratio: none yet. */
export function applyRoiTable(position: Position, table: RoiTable, time: number): void {
  const held = time - position.openedAt;
  let k = -1;
  while (k + 1 < table.after.length && table.after[k + 1]! <= held) k++;
  position.roiRatio = k < 0 ? Number.NaN : table.ratios[k]!;
  position.nextRoiAt = k + 1 < table.after.length ? position.openedAt + table.after[k + 1]! : Number.POSITIVE_INFINITY;
}

/** Stop price at a ratio of the margin (leverage included) from a reference price: stepped towards the entry, so that no more than the ratio is lost. */
export function stopTicksFrom(position: Position, rate: number, ratio: number): number {
  const distance = Math.abs(ratio) / position.leverage;
  const price = rate * (1 - position.sign * distance);
  if (!(price > 0)) return 0;
  return position.sign > 0 ? position.instrument.ticksUp(price) : position.instrument.ticksDown(price);
}

/** Trailing stop from the best price so far, or 0 while it is not active. */
export function trailingTicks(position: Position, strategy: Strategy): number {
  const profit = position.profitRatio(position.bestRate);
  const offset = strategy.trailingStopPositiveOffset;
  if (strategy.trailingOnlyOffsetIsReached && profit < offset) return 0;
  const positive = strategy.trailingStopPositive;
  const ratio = positive !== null && profit > offset ? positive : strategy.stoploss;
  return stopTicksFrom(position, position.bestRate, ratio);
}
