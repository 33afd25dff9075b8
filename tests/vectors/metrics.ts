import { alphaBeta } from '../../core/metrics/alpha-beta.ts';
import { curveOf } from '../../core/metrics/daily.ts';
import { drawdowns } from '../../core/metrics/drawdowns.ts';
import { cagr, totalReturn } from '../../core/metrics/growth.ts';
import { moments, ratio } from '../../core/metrics/moments.ts';
import { omega } from '../../core/metrics/omega.ts';
import { overfitting } from '../../core/metrics/overfitting.ts';
import {
  deflatedSharpe,
  expectedMaxSharpe,
  minTrackRecord,
  probabilisticSharpe,
  sharpePerPeriod,
} from '../../core/metrics/probabilistic-sharpe.ts';
import { annualVolatility, sharpe } from '../../core/metrics/sharpe.ts';
import { downsideRisk, sortino } from '../../core/metrics/sortino.ts';
import { stability } from '../../core/metrics/stability.ts';
import { tailRisk } from '../../core/metrics/tail-risk.ts';
import { tradeMeasures } from '../../core/metrics/trade-measures.ts';
import type { VectorCase, VectorHandler } from './types.ts';

type Series = readonly number[];

function returnMetrics({ params, input }: VectorCase) {
  const { returns, benchmark } = input as { returns: Series; benchmark?: Series };
  const { periods_per_year: periodsPerYear, risk_free_per_period: riskFreePerPeriod } = params as Record<
    string,
    number
  >;
  const options = { periodsPerYear: periodsPerYear ?? 365, riskFreePerPeriod: riskFreePerPeriod ?? 0 };
  const bars = returns.map((_, i) => i);
  const { deepest, longest, ulcerIndex } = drawdowns(bars, curveOf(returns), { start: 1, startTime: -1 });
  const maxDrawdown = deepest[0]?.depth ?? 0;
  const tail = tailRisk(returns);
  const shape = moments(returns);
  const growth = cagr(returns, options.periodsPerYear);
  const market = alphaBeta(returns, benchmark ?? [], options);
  return defined({
    total_return: totalReturn(returns),
    cagr: growth,
    annual_volatility: annualVolatility(returns, options.periodsPerYear),
    sharpe: sharpe(returns, options),
    sortino: sortino(returns, options),
    downside_risk: downsideRisk(returns, options),
    max_drawdown: maxDrawdown,
    max_drawdown_duration_bars: longest ? longest.to - longest.from : 0,
    calmar: ratio(growth, -maxDrawdown),
    omega: omega(returns),
    tail_ratio: tail.tailRatio,
    var_95_historical: tail.var95,
    cvar_95_historical: tail.cvar95,
    var_95_gaussian: tail.gaussianVar95,
    cvar_95_gaussian: tail.gaussianCvar95,
    beta: market.beta,
    alpha_annual: market.alpha,
    alpha_per_period: market.alphaPerPeriod,
    information_ratio_per_period: market.informationRatioPerPeriod,
    stability_r2: stability(returns),
    skewness: shape.skewness,
    kurtosis: shape.kurtosis,
    ulcer_index: ulcerIndex,
  });
}

function tradeMetrics({ input }: VectorCase) {
  const m = tradeMeasures((input as { pnl: Series }).pnl);
  return defined({
    trades: m.trades,
    wins: m.wins,
    losses: m.losses,
    breakeven: m.breakeven,
    win_rate: m.winRate,
    profit_factor: m.profitFactor,
    gross_profit: m.grossProfit,
    gross_loss: m.grossLoss,
    net_profit: m.netProfit,
    expectancy: m.expectancy,
    average_win: m.averageWin,
    average_loss: m.averageLoss,
    payoff_ratio: m.payoffRatio,
    expectancy_ratio: m.expectancyRatio,
    max_consecutive_wins: m.maxConsecutiveWins,
    max_consecutive_losses: m.maxConsecutiveLosses,
    sqn: m.sqn,
    sqn_capped_100: m.sqnCapped,
    largest_win: m.largestWin,
    largest_loss: m.largestLoss,
    kelly: m.kelly,
  });
}

function sharpeProbabilities({ params, input }: VectorCase) {
  const { returns, trial_sharpes: trials } = input as { returns: Series; trial_sharpes: Series };
  const { benchmark_sr, n_trials, confidence } = params as {
    benchmark_sr: number;
    n_trials: number;
    confidence: number;
  };
  const variance = moments(trials).sampleDeviation ** 2;
  const shape = moments(returns);
  return defined({
    sharpe_per_period: sharpePerPeriod(returns),
    skewness: shape.skewness,
    kurtosis: shape.kurtosis,
    psr: probabilisticSharpe(returns, benchmark_sr),
    psr_vs_zero: probabilisticSharpe(returns),
    variance_of_trial_sharpes: variance,
    expected_max_sharpe: expectedMaxSharpe(n_trials, variance),
    dsr: deflatedSharpe(returns, n_trials, variance),
    min_track_record_length: minTrackRecord(returns, benchmark_sr, confidence),
  });
}

function pbo({ params, input }: VectorCase) {
  const rows = (input as { returns: readonly Series[] }).returns;
  const variants = (rows[0] ?? []).map((_, column) => Float64Array.from(rows, (row) => row[column]!));
  const result = overfitting(variants, (params as { n_blocks: number }).n_blocks);
  return defined({
    pbo: result.pbo,
    logits: [...result.logits],
    best_in_sample: [...result.bestInSample],
    n_splits: result.logits.length,
    probability_of_loss: result.probabilityOfLoss,
    degradation_slope: result.degradationSlope,
    degradation_intercept: result.degradationIntercept,
  });
}

/** Undefined numbers are null in the vectors. */
function defined(values: Readonly<Record<string, number | readonly number[]>>) {
  const plain = (value: number) => (Number.isFinite(value) ? value : null);
  return Object.fromEntries(
    Object.entries(values).map(([name, v]) => [name, typeof v === 'number' ? plain(v) : v.map(plain)]),
  );
}

/** Computations of `metrics.json`, by `fn`. */
export const handlers: Readonly<Record<string, VectorHandler>> = {
  RETURN_METRICS: returnMetrics,
  TRADE_METRICS: tradeMetrics,
  PSR_DSR: sharpeProbabilities,
  PBO_CSCV: pbo,
};
