import { ratio, total } from './moments.ts';
import { percentile, sorted } from './percentile.ts';
import type { TradeColumns } from './trade-measures.ts';

/** How long positions were held, ms. NaN where there are no such trades. */
export interface HoldingTimes {
  readonly average: number;
  readonly median: number;
  readonly shortest: number;
  readonly longest: number;
  readonly averageWin: number;
  readonly averageLoss: number;
}

/** Holding times (ms) from first entry to last exit, and what was earned then: each trade's, in one order. */
export function holdingTimes({ holding, profits }: Pick<TradeColumns, 'holding' | 'profits'>): HoldingTimes {
  const ascending = sorted(holding);
  return {
    average: ratio(total(holding), holding.length),
    median: percentile(ascending, 0.5),
    shortest: ascending[0] ?? Number.NaN,
    longest: ascending.at(-1) ?? Number.NaN,
    averageWin: averageOf(holding, profits, 1),
    averageLoss: averageOf(holding, profits, -1),
  };
}

/** Of the trades whose profit has a sign. */
function averageOf(holding: Float64Array, profits: Float64Array, sign: 1 | -1): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < holding.length; i++) {
    if (!(sign * profits[i]! > 0)) continue;
    sum += holding[i]!;
    count++;
  }
  return ratio(sum, count);
}
