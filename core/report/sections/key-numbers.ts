import type { Drawdown } from '../../metrics/drawdowns.ts';
import type { CurveSummary, RunSummary } from '../../metrics/run-summary.ts';
import { clip, dateTime, duration, money, number, percent, signedMoney, signedPercent } from '../format.ts';
import { type Html, html } from '../html.ts';
import { numberBoxes } from '../page/page.ts';
import { type Cell, card, table, tone } from './table.ts';

/** The six figures at the top, each beside buy-and-hold where that has one. */
export function keyNumbers(summary: RunSummary): Html {
  const { account, buyAndHold, trades, run } = summary;
  const box = (name: string, value: string, under: string, colour = '') => ({ name, value, under, tone: colour });
  return numberBoxes([
    box(
      'Total return',
      signedPercent(account.totalReturn),
      `buy and hold ${signedPercent(buyAndHold.totalReturn)}`,
      tone(account.totalReturn),
    ),
    box('Final balance', money(account.finalBalance), `${run.stakeCurrency}, from ${money(account.startBalance)}`),
    box(
      'Max drawdown',
      percent(account.maxDrawdown),
      `buy and hold ${percent(buyAndHold.maxDrawdown)}`,
      tone(account.maxDrawdown),
    ),
    box('Sharpe ratio', number(account.sharpe), `buy and hold ${number(buyAndHold.sharpe)}`),
    box('Trades', number(trades.trades, 0), `${percent(trades.winRate, 1)} won, ${number(summary.tradesPerDay)} a day`),
    box(
      'Profit factor',
      number(trades.profitFactor),
      `expectancy ${signedMoney(trades.expectancy)} ${run.stakeCurrency}`,
    ),
  ]);
}

type Row = readonly [name: string, of: (curve: CurveSummary) => string, title?: string];

const CURVE_ROWS: readonly Row[] = [
  ['Total return', (c) => signedPercent(c.totalReturn)],
  ['CAGR', (c) => signedPercent(c.cagr)],
  ['Annual volatility', (c) => percent(c.annualVolatility)],
  ['Sharpe', (c) => number(c.sharpe)],
  ['Sortino', (c) => number(c.sortino)],
  ['Calmar', (c) => number(c.calmar)],
  ['Omega', (c) => number(c.omega)],
  ['Max drawdown', (c) => percent(c.maxDrawdown)],
  ['Deepest fall from', (c) => dateTime(c.maxDrawdownFrom)],
  ['to', (c) => dateTime(c.maxDrawdownTo)],
  ['Longest time under a peak', (c) => duration(c.longestDrawdownMs || Number.NaN)],
  ['Ulcer index', (c) => number(c.ulcerIndex)],
  ['Value at risk, 95 %, a day', (c) => percent(c.var95)],
  ['Expected shortfall, 95 %', (c) => percent(c.cvar95)],
  ['Tail ratio', (c) => number(c.tailRatio)],
  ['Stability (r²)', (c) => number(c.stability)],
  ['Skewness', (c) => number(c.skewness)],
  ['Kurtosis', (c) => number(c.kurtosis)],
  ['Best day', (c) => signedPercent(c.bestDay)],
  ['Worst day', (c) => signedPercent(c.worstDay)],
  ['Days won / lost', (c) => `${c.winningDays} / ${c.losingDays}`],
];

/** All measures of the account beside those of buy-and-hold. */
export function curveTable(summary: RunSummary): Html {
  const { alone = [] } = summary;
  const curves = [summary.account, ...alone.map(({ account }) => account), summary.buyAndHold];
  const rows = CURVE_ROWS.map(([name, of]): Cell[] => [
    { text: name, isText: true },
    ...curves.map((curve) => ({ text: of(curve) })),
  ]);
  const ofAccount = (name: string, text: string): Cell[] => [
    { text: name, isText: true },
    { text },
    ...curves.slice(1).map(() => ({ text: '' })),
  ];
  rows.push(
    ofAccount('Alpha a year, against buy and hold', signedPercent(summary.alpha)),
    ofAccount('Beta', number(summary.beta)),
    ofAccount('Information ratio', number(summary.informationRatio)),
  );
  const heads = ['', 'Account', ...alone.map(({ strategy }) => `${clip(strategy, 40)} alone`), 'Buy and hold'];
  return card('Account and market', table(heads, rows, { isSortable: false }), {
    // Nothing stands beside it where nothing was traded.
    isWide: summary.alone !== undefined || summary.trades.trades === 0,
  });
}

const count = (n: number) => number(n, 0);

/** Trade measures: names and values. */
export function tradeTable(summary: RunSummary): Html {
  const { trades: t, holding, exposure, turnover } = summary;
  const rows: readonly (readonly [string, string])[] = [
    [
      'Trades (won / lost / even)',
      `${count(t.trades)} (${count(t.wins)} / ${count(t.losses)} / ${count(t.breakeven)})`,
    ],
    ['Win rate', percent(t.winRate)],
    ['Profit factor', number(t.profitFactor)],
    ['Net profit', signedMoney(t.netProfit)],
    ['Expectancy a trade', signedMoney(t.expectancy)],
    ['Expectancy ratio', number(t.expectancyRatio)],
    ['Profit a trade, of its stake', signedPercent(summary.averageProfitRatio)],
    ['Average win / loss', `${signedMoney(t.averageWin)} / ${signedMoney(t.averageLoss)}`],
    ['Largest win / loss', `${signedMoney(t.largestWin)} / ${signedMoney(t.largestLoss)}`],
    ['Longest streak won / lost', `${t.maxConsecutiveWins} / ${t.maxConsecutiveLosses}`],
    ['System quality number', number(t.sqn)],
    ['Kelly fraction', percent(t.kelly, 1)],
    ['Holding time, mean / median', `${duration(holding.average)} / ${duration(holding.median)}`],
    ['Holding time of wins / losses', `${duration(holding.averageWin)} / ${duration(holding.averageLoss)}`],
    ['Shortest / longest', `${duration(holding.shortest)} / ${duration(holding.longest)}`],
    ['Fees paid', money(summary.fees)],
    ['Funding', signedMoney(summary.funding)],
    ['Time in the market', percent(exposure.timeInMarket, 1)],
    ['Exposure, mean / highest', `${percent(exposure.average, 1)} / ${percent(exposure.highest, 1)}`],
    ['Volume traded', money(turnover.volume)],
    ['Turnover a year', `${number(turnover.perYear, 1)} ×`],
    ...Object.entries(summary.rejected).map(
      ([reason, refused]) => [`Signals refused: ${reason.replaceAll('_', ' ')}`, count(refused)] as const,
    ),
  ];
  const cells = rows.map(([name, value]): Cell[] => [{ text: name, isText: true }, { text: value }]);
  const part = (some: readonly Cell[][]) => table(['', summary.run.stakeCurrency], some, { isSortable: false });
  // Beside a wide card it would leave half a row empty.
  const isWide = summary.alone !== undefined;
  const half = Math.ceil(cells.length / 2);
  const body = isWide
    ? html`<div class="halves">${part(cells.slice(0, half))}${part(cells.slice(half))}</div>`
    : part(cells);
  return card('Trades', body, { isWide });
}

/** The deepest stretches below a peak: when they began, were deepest and ended. */
export function drawdownTable(drawdowns: readonly Drawdown[]): Html {
  const rows = drawdowns.map(({ depth, from, bottom, to, isOver }): Cell[] => [
    { text: percent(depth), sort: depth, tone: 'down' },
    { text: dateTime(from), sort: from },
    { text: dateTime(bottom), sort: bottom },
    { text: isOver ? dateTime(to) : 'not over yet', sort: to },
    { text: duration(to - from), sort: to - from },
    { text: isOver ? duration(to - bottom) : '–', sort: isOver ? to - bottom : Number.NaN },
  ]);
  const body = rows.length
    ? table(['Depth', 'From its peak', 'Deepest', 'Below it until', 'Under the peak', 'Deepest to end'], rows)
    : html`<p class="empty">The account never fell below an earlier peak.</p>`;
  return card('Deepest drawdowns', body, { isWide: true, note: 'Of the account, open positions included.' });
}
