import colors from 'picocolors';
import type { TradeGroup } from '../metrics/group-trades.ts';
import type { RunSummary } from '../metrics/run-summary.ts';
import { date, duration, money, number, percent, signedMoney, signedPercent } from './format.ts';
import { textTable } from './text-table.ts';

const HEADS = ['strategy', 'trades', 'won', 'profit', 'of start', 'a trade', 'factor', 'held', 'best', 'worst'];

/** How a table is drawn. */
export interface TableOptions {
  /** Terminal colours; what picocolors finds out about the terminal by default. */
  readonly useColor?: boolean;
}

/** A run's results for the terminal: what was run, a row per strategy, a row per pair, and the account beside buy-and-hold. */
export function renderTable(summary: RunSummary, { useColor = colors.isColorSupported }: TableOptions = {}): string {
  const paint = colors.createColors(useColor);
  const tint = (value: number, text: string) => (value > 0 ? paint.green(text) : value < 0 ? paint.red(text) : text);
  const row = (g: TradeGroup) => [
    printable(g.key),
    number(g.trades, 0),
    percent(g.winRate, 1),
    tint(g.profitAbs, signedMoney(g.profitAbs)),
    tint(g.profitShare, signedPercent(g.profitShare)),
    signedPercent(g.averageProfitRatio),
    number(g.profitFactor),
    duration(g.averageHoldingMs),
    signedMoney(g.best),
    signedMoney(g.worst),
  ];
  const byPair = summary.by.pair.toSorted((a, b) => b.profitAbs - a.profitAbs);
  const groups = textTable(HEADS.map(paint.dim));
  groups.push(...summary.by.strategy.map(row), [paint.dim('by pair')], ...byPair.map(row));
  const parts = [title(summary, paint), summary.trades.trades > 0 ? groups.toString() : noTrades(summary)];
  const idle = summary.run.strategies.filter((name) => !summary.by.strategy.some(({ key }) => key === name));
  if (summary.trades.trades > 0 && idle.length > 0)
    parts.push(noTrades(summary, ` of ${idle.map(printable).join(', ')}`));
  parts.push(accountTable(summary, paint.dim, tint), footer(summary));
  return `${parts.join('\n')}\n`;
}

/**
 * Why there are none: what was asked for and refused, of the whole run.
 * @param whose ` of NAME` where only that strategy has none
 */
export function noTrades({ rejected }: RunSummary, whose = ''): string {
  const reasons = Object.entries(rejected).sort((a, b) => b[1] - a[1]);
  if (reasons.length === 0)
    return `No trades${whose}, and nothing was refused: no entry was signalled, or none filled.`;
  const words = reasons.map(([reason, count]) => `${number(count, 0)} × ${reason.replaceAll('_', ' ')}`);
  const remedy = REMEDY[reasons[0]![0]];
  return `No trades${whose}. Signals ${whose && 'of the run '}were refused: ${words.join(', ')}.${remedy ? ` ${remedy}` : ''}`;
}

/** What to do where the commonest reason is one of the settings. */
const REMEDY: Readonly<Record<string, string>> = {
  below_minimum_amount: 'Raise stakeAmount: it buys less than the smallest order.',
  below_minimum_cost: 'Raise stakeAmount: it buys less than the smallest order.',
  insufficient_funds: 'Lower stakeAmount, or raise startingBalance.',
  owned_by_other_strategy:
    'A pair belongs to the strategy that opened it; with netting: true each holds a position of its own.',
  no_shorting: 'Short entries want canShort = true and a perpetual, such as BTC/USDT:USDT, or forex.',
};

type Paint = ReturnType<typeof colors.createColors>;

function title({ run }: RunSummary, paint: Paint): string {
  const detail = run.detailTimeframe ? ` (detail ${run.detailTimeframe})` : '';
  const line = `${paint.bold(printable(run.strategies.join(', ')))}  ${date(run.from)} to ${date(run.to)}, ${run.timeframe}${detail}, ${run.fills} fills, ${run.stakeCurrency}`;
  return run.dataKind === 'synthetic' ? `${line}\n${paint.yellow('Synthetic market: not real prices.')}` : line;
}

function accountTable(
  summary: RunSummary,
  dim: (text: string) => string,
  tint: (value: number, text: string) => string,
) {
  const { account, alone = [], buyAndHold } = summary;
  const out = textTable(
    ['', 'balance', 'return', 'CAGR', 'Sharpe', 'Sortino', 'Calmar', 'drawdown', 'under peak'].map(dim),
  );
  for (const [name, curve] of [
    ['account', account],
    ...alone.map((one) => [`${printable(one.strategy)} alone`, one.account] as const),
    ['buy and hold', buyAndHold],
  ] as const)
    out.push([
      name,
      money(curve.finalBalance),
      tint(curve.totalReturn, signedPercent(curve.totalReturn)),
      signedPercent(curve.cagr),
      number(curve.sharpe),
      number(curve.sortino),
      number(curve.calmar),
      percent(curve.maxDrawdown),
      duration(curve.longestDrawdownMs || Number.NaN),
    ]);
  return out.toString();
}

function footer({ run, trades, confidence, costs, exposure, fees, funding }: RunSummary): string {
  const hashes = `result ${run.hash}, inputs ${run.inputHash}`;
  if (trades.trades === 0) return hashes;
  const trials =
    confidence.trials > 1
      ? `deflated over ${confidence.trials} trials ${percent(confidence.deflated, 1)}`
      : 'one trial';
  const room =
    costs.breakEvenBps > 0
      ? `another ${number(costs.breakEvenBps, 1)} bps of slippage a side would eat the profit`
      : 'no profit for costs to eat';
  const paid = funding ? `, funding ${signedMoney(funding)}` : '';
  return [
    `fees ${money(fees)}${paid}, in the market ${percent(exposure.timeInMarket, 1)} of the time, ${room}`,
    `Sharpe ratio above zero with probability ${percent(confidence.probabilistic, 1)}, ${trials}`,
    hashes,
  ].join('\n');
}

/** Names without control characters, which could move the cursor or recolour the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
