import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type FreqtradeTrade, freqtradeMetrics } from './freqtrade-metrics.ts';

const folder = join(process.env.TIDEGATE_VECTORS ?? join(import.meta.dirname, '../../../shared/vectors'), 'backtests');
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
if (files.length === 0) console.log(`Skipped: no golden backtests in ${folder} (set TIDEGATE_VECTORS).`);

/** What a golden backtest holds, as far as it is used here. */
interface Golden {
  readonly pairs: readonly string[];
  readonly settings: { readonly startingBalance: number; readonly fee: number; readonly maxOpenTrades: number };
  readonly metrics: Readonly<Record<string, number>>;
  readonly trades: readonly (Omit<FreqtradeTrade, 'stake'> & { readonly stakeAmount: number })[];
}

/** Figures that do not follow from the trades alone. */
const FROM_THE_ENGINE = ['market_change', 'rejected_signals', 'timedout_entry_orders', 'timedout_exit_orders'];
const ALSO = ['canceled_trade_entries', 'canceled_entry_orders', 'replaced_entry_orders'];

it.skipIf(files.length === 0).each(files)('equals the metrics of %s', (name) => {
  const golden = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Golden;
  const computed = freqtradeMetrics(
    golden.trades.map((t) => ({ ...t, stake: t.stakeAmount })),
    {
      ...golden.settings,
      finalBalance: golden.metrics.final_balance!,
      firstCandle: golden.metrics.backtest_start_ts!,
      lastCandle: golden.metrics.backtest_end_ts!,
      candles: golden.pairs.map(() => candles(1)),
    },
  );
  const expected = Object.entries(golden.metrics).filter(([key]) => ![...FROM_THE_ENGINE, ...ALSO].includes(key));
  expect(expected.length).toBeGreaterThan(45);
  for (const [key, value] of expected)
    expect(Math.abs(computed[key]! - value), key).toBeLessThanOrEqual(1e-8 * Math.abs(value) + 1e-11);
});

/** A candle a day. */
function candles(...closes: readonly number[]) {
  return { time: Float64Array.from(closes, (_, day) => day * 86_400_000), close: Float64Array.from(closes) };
}

const settings = {
  startingBalance: 1000,
  finalBalance: 1000,
  firstCandle: 0,
  lastCandle: 10 * 86_400_000,
  fee: 0.001,
  maxOpenTrades: 3,
  candles: [candles(1), candles(1)],
};
const trade = (profitAbs: number, day: number): FreqtradeTrade => ({
  side: 'long',
  openTime: (day - 1) * 86_400_000,
  closeTime: day * 86_400_000,
  stake: 100,
  profitAbs,
  profitRatio: profitAbs / 100,
  orders: [{ price: 10, amount: 10 }],
});

it('gives -100 for a ratio without deviation, as Freqtrade does', () => {
  expect(freqtradeMetrics([trade(5, 1)], settings)).toMatchObject({
    sharpe: -100,
    sortino: -100,
    calmar: -100,
    sqn: -100,
    p_value: 1,
  });
});

it('reports zeros without trades', () => {
  const none = freqtradeMetrics([], settings);
  expect(none).toMatchObject({ total_trades: 0, winrate: 0, profit_total: 0, max_drawdown_abs: 0, draw_days: 0 });
  expect(none).toMatchObject({ sharpe: 0, sortino: 0, calmar: 0, sqn: 0, p_value: 1 });
});

it('ends a winning streak with a trade that earned nothing, and counts it as lost', () => {
  const m = freqtradeMetrics([trade(1, 1), trade(0, 2), trade(-1, 3), trade(2, 4)], settings);
  expect(m).toMatchObject({ max_consecutive_wins: 1, max_consecutive_losses: 2, draws: 1, draw_days: 1 });
});

it('keeps the deepest fall in money apart from the deepest relative one', () => {
  const m = freqtradeMetrics([trade(-500, 1), trade(9500, 2), trade(-1000, 3)], settings);
  expect(m.max_drawdown_abs).toBe(1000);
  expect(m.max_drawdown_account).toBeCloseTo(0.1, 12);
  expect(m.max_relative_drawdown).toBe(0.5);
});

it('takes trades that closed at the same time in the order in which pandas sorts them, for drawdowns alone', () => {
  const days = [0, 0, 1, 1, 1, 2, 3, 3, 3, 4, 5, 5, 6, 6, 6, 6, 7];
  const profits: Readonly<Record<number, number>> = { 6: -200, 7: -200, 8: 300 };
  const m = freqtradeMetrics(
    days.map((day, k) => trade(profits[k] ?? 0, day)),
    settings,
  );
  expect([m.max_drawdown_abs, m.csum_min]).toEqual([200, 600]);
});

it('says when a run without a fall began to have trades, as Freqtrade does', () => {
  const m = freqtradeMetrics([trade(5, 2), trade(6, 3)], settings);
  const first = 2 * 86_400_000;
  expect(m).toMatchObject({ max_drawdown_abs: 0, drawdown_start_ts: first, drawdown_end_ts: first });
});

it('grows from the starting to the final balance, which may lack what never left the market', () => {
  const m = freqtradeMetrics([trade(500, 1)], { ...settings, finalBalance: 810, lastCandle: 365 * 86_400_000 });
  expect(m.profit_total_abs).toBe(500);
  expect(m.final_balance).toBe(810);
  expect(m.cagr).toBeCloseTo(-0.19, 12);
});

it('rounds halves to the even neighbour, as Python does', () => {
  const eightDays = { ...settings, lastCandle: 8 * 86_400_000 };
  const perDay = (trades: number) =>
    freqtradeMetrics(
      Array.from({ length: trades }, () => trade(1, 1)),
      eightDays,
    ).trades_per_day;
  // 0.625, 0.875, and 1.25 exactly.
  expect([5, 7, 10].map(perDay)).toEqual([0.62, 0.88, 1.25]);
});

it('market change is the mean over pairs, from the first candle that counts', () => {
  const change = (firstCandle: number, ...of: readonly ReturnType<typeof candles>[]) =>
    freqtradeMetrics([], { ...settings, firstCandle, candles: of }).market_change;
  expect(change(86_400_000, candles(50, 100, 90, 150), candles(1, 2, 1))).toBe(0);
  expect(change(2 * 86_400_000, candles(50, 100, 80, 100), candles(1, 2))).toBe(0.25);
  expect(change(0)).toBe(0);
});
