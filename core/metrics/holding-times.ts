import type { ClosedTrade } from '../domain/trade.ts';
import { ratio } from './moments.ts';
import { percentile, sorted } from './percentile.ts';

/** How long positions were held, ms. NaN where there are no such trades. */
export interface HoldingTimes {
  readonly average: number;
  readonly median: number;
  readonly shortest: number;
  readonly longest: number;
  readonly averageWin: number;
  readonly averageLoss: number;
}

/** Holding times from first entry to last exit. */
export function holdingTimes(trades: readonly ClosedTrade[]): HoldingTimes {
  const average = (kept: readonly ClosedTrade[]) =>
    ratio(
      kept.reduce((sum, t) => sum + t.closeTime - t.openTime, 0),
      kept.length,
    );
  const ascending = sorted(trades.map((t) => t.closeTime - t.openTime));
  return {
    average: average(trades),
    median: percentile(ascending, 0.5),
    shortest: ascending[0] ?? Number.NaN,
    longest: ascending.at(-1) ?? Number.NaN,
    averageWin: average(trades.filter((t) => t.profitAbs > 0)),
    averageLoss: average(trades.filter((t) => t.profitAbs < 0)),
  };
}
