import colors from 'picocolors';
import type { RunSummary } from '../metrics/run-summary.ts';
import { dateTime, number, percent, signedMoney, signedPercent } from '../report/format.ts';
import { textTable } from '../report/text-table.ts';
import type { DryRunShown } from './demo-dry-run.ts';

/** One ready strategy's run. */
export interface DemoRow {
  readonly name: string;
  readonly kind: 'spot' | 'perpetual';
  readonly doc: string;
  /** File name of its page. */
  readonly page: string;
  readonly summary: RunSummary;
  readonly notes: readonly string[];
}

/** The results of all ready strategies in one table. */
export function demoTable(rows: readonly DemoRow[], useColor: boolean): string {
  const paint = colors.createColors(useColor);
  const tint = (value: number, text: string) => (value > 0 ? paint.green(text) : value < 0 ? paint.red(text) : text);
  const heads = [
    'strategy',
    'market',
    'trades',
    'won',
    'profit',
    'return',
    'buy&hold',
    'Sharpe',
    'drawdown',
    'fees',
    'funding',
  ];
  const table = textTable(heads.map(paint.dim), 2);
  for (const { name, kind, summary } of rows) {
    const { account, buyAndHold, trades, run, fees, funding } = summary;
    const profit = account.finalBalance - account.startBalance;
    table.push([
      paint.bold(name),
      `${kind} ${run.timeframe}, ${run.pairs.map((p) => p.split('/')[0]).join(' ')}`,
      number(trades.trades, 0),
      percent(trades.winRate, 1),
      tint(profit, `${signedMoney(profit)} ${run.stakeCurrency}`),
      tint(account.totalReturn, signedPercent(account.totalReturn)),
      signedPercent(buyAndHold.totalReturn),
      number(account.sharpe),
      percent(account.maxDrawdown),
      number(fees),
      kind === 'perpetual' ? signedMoney(funding) : '–',
    ]);
  }
  return table.toString();
}

/** Trades that the table of a dry-run shows. */
const MOST_TRADES = 8;

/** The last trades of the dry-run beside those of a backtest of the same candles, and both sums. */
export function dryRunTable({ comparison, hours, seconds }: DryRunShown, useColor: boolean): string {
  const paint = colors.createColors(useColor);
  const { trades, open, liveProfit, testProfit, stakeCurrency, candles } = comparison;
  const heads = ['opened, UTC', 'pair', 'side', 'dry-run', 'backtest', 'gap'];
  const table = textTable(heads.map(paint.dim), 3);
  for (const { openTime, pair, side, live, test, liveProfit: dry, testProfit: back, gap } of trades.slice(-MOST_TRADES))
    table.push([
      dateTime(openTime),
      pair,
      side,
      live === null ? 'missing' : signedMoney(dry),
      test === null ? 'missing' : signedMoney(back),
      signedMoney(gap),
    ]);
  const made = trades.filter(({ live }) => live !== null).length;
  const pace = `${number(hours, 0)} hours of market in ${number(seconds, 1)} s`;
  const lines = [
    `${pace}: ${made} trades closed${made > MOST_TRADES ? ` (the last ${MOST_TRADES} above)` : ''}, ${open} open`,
    `dry-run ${signedMoney(liveProfit)}, a backtest of the same candles ${signedMoney(testProfit)} ${stakeCurrency}; ${candles.differing} of ${candles.seen} candles differ`,
  ];
  return trades.length === 0 ? lines.join('\n') : `${table.toString()}\n${lines.join('\n')}`;
}
