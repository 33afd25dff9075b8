import Table from 'cli-table3';
import colors from 'picocolors';
import type { RunSummary } from '../metrics/run-summary.ts';
import { number, percent, signedMoney, signedPercent } from '../report/format.ts';

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
  const table = new Table({
    head: heads.map((text) => paint.dim(text)),
    colAligns: heads.map((_, i) => (i < 2 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
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
