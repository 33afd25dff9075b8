import { daily } from './daily.ts';
import { annualGrowth } from './growth.ts';
import { type Drawdown, maxDrawdown } from './max-drawdown.ts';
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
  const { returns } = daily(time, curve, startBalance, periodsPerYear >= 365);
  const last = curve.at(-1) ?? startBalance;
  const lastTime = time.at(-1) ?? startTime;
  const drawdown = maxDrawdown(curve, startBalance);
  const growth = annualGrowth(startBalance, last, lastTime - startTime);
  const shape = moments(returns);
  const tail = tailRisk(returns);
  const options = { periodsPerYear };
  return {
    returns,
    summary: {
      startBalance,
      finalBalance: last,
      totalReturn: ratio(last - startBalance, startBalance),
      cagr: growth,
      annualVolatility: shape.sampleDeviation * Math.sqrt(periodsPerYear),
      sharpe: sharpe(returns, options),
      sortino: sortino(returns, options),
      calmar: ratio(growth, -drawdown.max),
      omega: omega(returns),
      maxDrawdown: drawdown.max,
      ...drawdownTimes(time, startTime, drawdown),
      ulcerIndex: drawdown.ulcerIndex,
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

function drawdownTimes(time: Float64Array, startTime: number, d: Drawdown) {
  const at = (index: number) => (index < 0 ? startTime : time[index]!);
  const hasFallen = d.troughIndex >= 0;
  return {
    maxDrawdownFrom: hasFallen ? at(d.peakIndex) : Number.NaN,
    maxDrawdownTo: hasFallen ? at(d.troughIndex) : Number.NaN,
    longestDrawdownMs: hasFallen ? at(d.longestTo) - at(d.longestFrom - 1) : 0,
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
