const YEAR_MS = 365 * 86_400_000;

/** Compound return of a series of simple returns: product of (1 + r), minus 1. 0 for none. */
export function totalReturn(returns: ArrayLike<number>): number {
  let product = 1;
  for (let i = 0; i < returns.length; i++) product *= 1 + returns[i]!;
  return product - 1;
}

/**
 * Compound annual growth rate of periodic returns: (product of (1 + r)) ^ (periods per year / n) - 1.
 * @returns NaN for no returns, or after a loss of more than everything
 */
export function cagr(returns: ArrayLike<number>, periodsPerYear: number): number {
  const rate = (1 + totalReturn(returns)) ** (periodsPerYear / returns.length) - 1;
  return returns.length > 0 && Number.isFinite(rate) ? rate : Number.NaN;
}

/**
 * Compound annual growth rate from a first to a last value over `durationMs`, a year being 365 days.
 * @returns NaN below one day: a rate for a year says nothing then
 */
export function annualGrowth(first: number, last: number, durationMs: number): number {
  if (!(durationMs >= 86_400_000) || !(first > 0)) return Number.NaN;
  const rate = (last / first) ** (YEAR_MS / durationMs) - 1;
  return Number.isFinite(rate) ? rate : Number.NaN;
}
