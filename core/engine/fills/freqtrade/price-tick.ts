import type { CandleTable } from '../../../domain/candles.ts';
import { lowerBound } from '../../../domain/candles.ts';
import type { PairLimits } from './ports.ts';
import { type Grid, grid } from './rounding.ts';

/** Decimals of a price printed with 14 significant digits and without trailing zeros: 0.09130005000000001 has 8. */
export function decimalsOf(price: number): number {
  if (!(price > 0)) return 0;
  const text = price.toPrecision(14);
  const [mantissa, exponent] = text.split('e');
  const dot = mantissa!.indexOf('.');
  const digits = dot < 0 ? 0 : mantissa!.slice(dot + 1).replace(/0+$/, '').length;
  return Math.max(0, digits - (exponent ? Number(exponent) : 0));
}

/**
 * Price grids of a pair by time. The reference engine does not use the market's tick: for each calendar month (UTC) it takes the most
 * decimals seen in any price of that month's loaded candles, and the market's tick only where there are none. Months are scanned on first use.
 */
export function priceTicks(candles: CandleTable, limits: PairLimits): (time: number) => Grid {
  const market = grid(limits.priceTick);
  if (limits.tickFrom === 'market') return () => market;
  const months = new Map<number, Grid>();
  return (time) => {
    const date = new Date(time);
    const from = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
    let found = months.get(from);
    if (!found) {
      const decimals = mostDecimals(candles, from, Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1));
      found = decimals > 0 ? grid(Number(`1e-${decimals}`)) : market;
      months.set(from, found);
    }
    return found;
  };
}

function mostDecimals(candles: CandleTable, from: number, to: number): number {
  const first = lowerBound(candles.time, from, 0, candles.length);
  const end = lowerBound(candles.time, to, first, candles.length);
  let most = 0;
  let scale = 1;
  for (const column of [candles.open, candles.high, candles.low, candles.close])
    for (let i = first; i < end; i++) {
      const scaled = column[i]! * scale;
      // Whole at the present number of decimals, to less than half a unit of the 14th digit: printing it would show no more.
      if (Math.abs(scaled - Math.round(scaled)) <= scaled * 2e-15) continue;
      const decimals = decimalsOf(column[i]!);
      if (decimals > most) {
        most = decimals;
        scale = 10 ** most;
      }
    }
  return most;
}
