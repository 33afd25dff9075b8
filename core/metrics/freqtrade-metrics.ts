import { type CandleTable, lowerBound } from '../domain/candles.ts';
import type { ClosedTrade } from '../domain/trade.ts';
import { moments, ratio } from './moments.ts';
import { percentile, sorted } from './percentile.ts';
import { runningDrawdown } from './running-drawdown.ts';
import { studentTwoSided } from './student-t.ts';
import { tradeMeasures } from './trade-measures.ts';

const DAY_MS = 86_400_000;
/** What Freqtrade reports where a ratio has no deviation to divide by; kept here for comparison only. */
const UNDEFINED_RATIO = -100;

/** The parts of a trade that Freqtrade's metrics use. */
export type FreqtradeTrade = Pick<
  ClosedTrade,
  'side' | 'openTime' | 'closeTime' | 'stake' | 'profitAbs' | 'profitRatio'
> & { readonly orders: readonly { readonly price: number; readonly amount: number }[] };

/** What Freqtrade's metrics need beside the trades. Times are candle openings in ms UTC. */
export interface FreqtradeSettings {
  readonly startingBalance: number;
  /** The account at the end, in stake currency: not all that it lost need be in the trades, as where one could not be closed at the end. */
  readonly finalBalance: number;
  readonly firstCandle: number;
  readonly lastCandle: number;
  /** Fee rate of both sides, a fraction of notional. */
  readonly fee: number;
  readonly maxOpenTrades: number;
  /** Of each pair, gaps filled; what comes before `firstCandle` does not count. */
  readonly candles: readonly Pick<CandleTable, 'time' | 'close'>[];
}

/**
 * Freqtrade's backtest metrics under its own names and conventions (ratios over closed trades, -100 for an undefined one), for comparison
 * with its reports; `summarize` gives ours. Only what follows from trades and candles is here: counts of rejected signals and orders come from the engine.
 * @param trades in closing order
 */
export function freqtradeMetrics(
  trades: readonly FreqtradeTrade[],
  settings: FreqtradeSettings,
): Readonly<Record<string, number>> {
  const { startingBalance, finalBalance, firstCandle, lastCandle, fee } = settings;
  const days = Math.max(1, Math.floor((lastCandle - firstCandle) / DAY_MS));
  const profits = trades.map((t) => t.profitAbs);
  const measures = tradeMeasures(profits);
  const sum = (kept: readonly FreqtradeTrade[]) => kept.reduce((total, t) => total + t.profitAbs, 0);
  const long = trades.filter((t) => t.side === 'long');
  const short = trades.filter((t) => t.side === 'short');
  const total = sum(trades);
  const drawdown = runningDrawdown(trades, startingBalance);
  return {
    total_trades: trades.length,
    trade_count_long: long.length,
    trade_count_short: short.length,
    wins: measures.wins,
    losses: measures.losses,
    draws: measures.breakeven,
    winrate: orZero(measures.winRate),
    profit_mean: orZero(moments(trades.map((t) => t.profitRatio)).mean),
    profit_median: orZero(percentile(sorted(trades.map((t) => t.profitRatio)), 0.5)),
    profit_total: total / startingBalance,
    profit_total_abs: total,
    profit_total_long_abs: sum(long),
    profit_total_short_abs: sum(short),
    total_volume: trades.reduce((v, t) => t.orders.reduce((w, o) => w + o.price * o.amount * (1 + fee), v), 0),
    avg_stake_amount: orZero(moments(trades.map((t) => t.stake)).mean),
    expectancy: orZero(measures.expectancy),
    expectancy_ratio: measures.losses > 0 ? (1 + orZero(measures.payoffRatio)) * measures.winRate - 1 : 100,
    profit_factor: orZero(measures.profitFactor),
    ...ratios(profits, startingBalance, days, drawdown.max_drawdown_account),
    cagr: finalBalance < 0 ? 0 : (finalBalance / startingBalance) ** (365 / days) - 1,
    ...drawdown,
    starting_balance: startingBalance,
    final_balance: finalBalance,
    ...holding(trades),
    ...streaks(profits),
    backtest_start_ts: firstCandle,
    backtest_end_ts: lastCandle,
    backtest_days: days,
    trades_per_day: rounded(trades.length / days, 2),
    ...dayCounts(trades),
    max_open_trades: Math.min(settings.maxOpenTrades, settings.candles.length),
    market_change: marketChange(settings),
  };
}

/** Mean over the pairs of what the last close is above the first, as a fraction: no cost, and no money that waits for a late pair. */
function marketChange({ candles, firstCandle }: FreqtradeSettings): number {
  const changes = candles.flatMap(({ time, close }) => {
    const first = close[lowerBound(time, firstCandle)];
    return first === undefined ? [] : [(close.at(-1)! - first) / first];
  });
  return orZero(moments(changes).mean);
}

/** Python's rounding: a half goes to the even neighbour. */
const roundHalfEven = (value: number) => {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + Math.abs(below % 2) : Math.round(value);
};

/** Python's rounding to `digits` decimals: of the exact value, and a half, which only a multiple of 2^-(digits + 1) can be, to the even neighbour. */
const rounded = (value: number, digits: number) =>
  Number.isInteger(value * 2 ** (digits + 1))
    ? roundHalfEven(value * 10 ** digits) / 10 ** digits
    : Number(value.toFixed(digits));
const orZero = (value: number) => (Number.isNaN(value) ? 0 : value);

function ratios(profits: readonly number[], start: number, days: number, drawdown: number) {
  const returns = profits.map((p) => p / start);
  const { count, mean, sampleDeviation, populationDeviation } = moments(returns);
  const perDay = (mean * count) / days;
  const over = (deviation: number) => (deviation > 0 ? (perDay / deviation) * Math.sqrt(365) : UNDEFINED_RATIO);
  const t = Math.sqrt(count) * ratio(mean, sampleDeviation);
  // No trades are zeros, a deviation that is missing is not; neither speaks against chance.
  if (count === 0) return { sharpe: 0, sortino: 0, calmar: 0, sqn: 0, p_value: 1 };
  return {
    sharpe: over(populationDeviation),
    sortino: over(moments(returns.filter((r) => r < 0)).populationDeviation),
    calmar: drawdown === 0 ? UNDEFINED_RATIO : ((perDay * 100) / drawdown) * Math.sqrt(365),
    sqn: Number.isNaN(t) ? UNDEFINED_RATIO : rounded(t, 4),
    p_value: Number.isNaN(t) ? 1 : studentTwoSided(t, count - 1),
  };
}

/** Mean holding times in seconds, from durations in whole minutes, rounded to minutes. */
function holding(trades: readonly FreqtradeTrade[]) {
  const average = (kept: readonly FreqtradeTrade[]) =>
    roundHalfEven(orZero(moments(kept.map((t) => Math.floor((t.closeTime - t.openTime) / 60_000))).mean)) * 60;
  return {
    holding_avg_s: average(trades),
    winner_holding_avg_s: average(trades.filter((t) => t.profitAbs > 0)),
    loser_holding_avg_s: average(trades.filter((t) => t.profitAbs < 0)),
  };
}

/** Longest runs of winning and of other trades: one without profit counts as lost here. */
function streaks(profits: readonly number[]) {
  const asLost = tradeMeasures(profits.map((p) => (p > 0 ? 1 : -1)));
  return { max_consecutive_wins: asLost.maxConsecutiveWins, max_consecutive_losses: asLost.maxConsecutiveLosses };
}

/** Days (UTC, by closing time) that won, lost or drew, from the first to the last closed trade, and the best and worst of them. */
function dayCounts(trades: readonly FreqtradeTrade[]) {
  const byDay = new Map<number, number>();
  for (const t of trades) {
    const day = Math.floor(t.closeTime / DAY_MS);
    byDay.set(day, (byDay.get(day) ?? 0) + t.profitAbs);
  }
  const sums = [...byDay.values()];
  const closings = [...byDay.keys()];
  const span = sums.length ? Math.max(...closings) - Math.min(...closings) + 1 : 0;
  const winning = sums.filter((p) => p > 0).length;
  const losing = sums.filter((p) => p < 0).length;
  const quiet = span > sums.length ? [0] : [];
  return {
    backtest_best_day_abs: sums.length ? Math.max(...sums, ...quiet) : 0,
    backtest_worst_day_abs: sums.length ? Math.min(...sums, ...quiet) : 0,
    winning_days: winning,
    draw_days: span - winning - losing,
    losing_days: losing,
  };
}
