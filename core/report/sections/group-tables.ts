import type { TradeGroup } from '../../metrics/group-trades.ts';
import type { RunSummary } from '../../metrics/run-summary.ts';
import { clip, duration, money, number, percent, signedMoney, signedPercent } from '../format.ts';
import { type Html, html } from '../html.ts';
import { type Cell, card, table, tone } from './table.ts';

const HEADS = ['Trades', 'Won', 'Profit', 'Of start', 'A trade', 'Factor', 'Held', 'Best', 'Worst', 'Fees'];
const MOST_ROWS = 200;

/** Tables of trades by strategy, pair, entry tag, exit reason and side. */
export function groupTables({ by, run }: RunSummary): Html {
  const strategies = by.strategy.length > 1 ? groupTable('By strategy', 'Strategy', by.strategy) : null;
  const note = `Money in ${run.stakeCurrency}; "A trade" is the mean profit over the stake.`;
  return html`${strategies}${groupTable('By pair', 'Pair', by.pair, note)}${groupTable('By entry tag', 'Tag', by.entryTag)}${groupTable('By exit reason', 'Reason', by.exitReason)}${groupTable('By side', 'Side', by.side)}`;
}

function groupTable(title: string, keyName: string, groups: readonly TradeGroup[], note?: string): Html {
  const ranked = groups.toSorted((a, b) => b.profitAbs - a.profitAbs);
  const left = ranked.length - MOST_ROWS;
  const omitted = left > 0 ? ` The ${MOST_ROWS} most profitable of ${ranked.length}.` : '';
  const body = ranked.length
    ? table([keyName, ...HEADS], ranked.slice(0, MOST_ROWS).map(row))
    : html`<p class="empty">No trades.</p>`;
  const text = `${note ?? ''}${omitted}`;
  return card(title, body, { isWide: true, ...(text && { note: text }) });
}

function row(g: TradeGroup): Cell[] {
  return [
    { text: clip(g.key, 120), isText: true },
    { text: number(g.trades, 0), sort: g.trades },
    { text: percent(g.winRate, 1), sort: g.winRate },
    { text: signedMoney(g.profitAbs), sort: g.profitAbs, tone: tone(g.profitAbs) },
    { text: signedPercent(g.profitShare), sort: g.profitShare, tone: tone(g.profitShare) },
    { text: signedPercent(g.averageProfitRatio), sort: g.averageProfitRatio, tone: tone(g.averageProfitRatio) },
    { text: number(g.profitFactor), sort: g.profitFactor },
    { text: duration(g.averageHoldingMs), sort: g.averageHoldingMs },
    { text: signedMoney(g.best), sort: g.best },
    { text: signedMoney(g.worst), sort: g.worst },
    { text: money(g.fees), sort: g.fees },
  ];
}
