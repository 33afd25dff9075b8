import { daily } from './daily.ts';
import { drawdowns } from './drawdowns.ts';
import { annualGrowth } from './growth.ts';
import { moments, ratio } from './moments.ts';
import { omega } from './omega.ts';
import type { CurveSummary } from './run-summary.ts';
import { sharpe } from './sharpe.ts';
import { sortino } from './sortino.ts';
import { stability } from './stability.ts';
import { tailRisk } from './tail-risk.ts';

/** A curve's measures and the daily returns that its ratios were computed from. */
export interface MeasuredCurve {
  readonly summary: CurveSummary;
  readonly returns: Float64Array;
  /** How many of those days had no point. */
  readonly filledDays: number;
}

/**
 * Measures one curve of account values.
 * @param time ms UTC, ascending; `startTime` is when `startBalance` held
 * @param periodsPerYear 365 for markets that never close; below that, days without points are left out
 */
export function summarizeCurve(
  time: Float64Array,
  curve: Float64Array,
  {
    startBalance,
    startTime,
    periodsPerYear,
  }: { readonly startBalance: number; readonly startTime: number; readonly periodsPerYear: number },
): MeasuredCurve {
  const { returns, filled } = daily(time, curve, startBalance, periodsPerYear >= 365);
  const last = curve.at(-1) ?? startBalance;
  const lastTime = time.at(-1) ?? startTime;
  const { deepest, longest, ulcerIndex } = drawdowns(time, curve, { start: startBalance, startTime });
  const maxDrawdown = curve.length === 0 ? Number.NaN : (deepest[0]?.depth ?? 0);
  const growth = annualGrowth(startBalance, last, lastTime - startTime);
  const shape = moments(returns);
  const tail = tailRisk(returns);
  const options = { periodsPerYear };
  return {
    returns,
    filledDays: filled,
    summary: {
      startBalance,
      finalBalance: last,
      totalReturn: ratio(last - startBalance, startBalance),
      cagr: growth,
      annualVolatility: shape.sampleDeviation * Math.sqrt(periodsPerYear),
      sharpe: sharpe(returns, options),
      sortino: sortino(returns, options),
      calmar: ratio(growth, -maxDrawdown),
      omega: omega(returns),
      maxDrawdown,
      maxDrawdownFrom: deepest[0]?.from ?? Number.NaN,
      maxDrawdownTo: deepest[0]?.bottom ?? Number.NaN,
      longestDrawdownMs: longest ? longest.to - longest.from : 0,
      drawdowns: deepest,
      ulcerIndex,
      var95: tail.var95,
      cvar95: tail.cvar95,
      tailRatio: tail.tailRatio,
      stability: stability(returns),
      skewness: shape.skewness,
      kurtosis: shape.kurtosis,
      ...dayCounts(returns),
    },
  };
}

function dayCounts(returns: Float64Array) {
  let bestDay = Number.NaN;
  let worstDay = Number.NaN;
  let winningDays = 0;
  let losingDays = 0;
  for (const r of returns) {
    if (!(r <= bestDay)) bestDay = r;
    if (!(r >= worstDay)) worstDay = r;
    if (r > 0) winningDays++;
    else if (r < 0) losingDays++;
  }
  return { bestDay, worstDay, winningDays, losingDays };
}
