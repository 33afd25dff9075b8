import type { ClosedTrade } from '../../domain/trade.ts';
import { clip, dateTime, duration, money, number, price, signedMoney, signedPercent } from '../format.ts';
import { type Html, html } from '../html.ts';
import { type Cell, card, table, tone } from './table.ts';

const MOST = 1000;
const HEADS = [
  '#',
  'Strategy',
  'Pair',
  'Side',
  'Opened',
  'Closed',
  'Held',
  'Entry',
  'Exit',
  'Stake',
  'Lev.',
  'Profit',
  'Of stake',
  'Fees',
  'Funding',
  'Tag',
  'Reason',
];

/** The first thousand trades, sortable; a click on one shows it on the candle chart. */
export function tradeList(trades: readonly ClosedTrade[]): Html {
  const body = trades.length
    ? table(HEADS, trades.slice(0, MOST).map(row), { id: 'trades' })
    : html`<p class="empty">No trades.</p>`;
  const note =
    trades.length > MOST ? `The first ${number(MOST, 0)} of ${number(trades.length, 0)}; the CSV export has all. ` : '';
  return card(
    'Trade list',
    html`<input id="trade-filter" type="search" placeholder="Filter: pair, tag, reason …" aria-label="Filter trades">${body}`,
    {
      id: 'trade-list',
      isWide: true,
      note: `${note}Click a head to sort, a row to see it on its chart. Times are UTC.`,
    },
  );
}

function row(t: ClosedTrade): Cell[] {
  return [
    { text: t.id, sort: t.id },
    { text: clip(t.strategy, 60), isText: true },
    { text: t.pair, isText: true },
    { text: t.side, isText: true },
    { text: dateTime(t.openTime), sort: t.openTime, isText: true },
    { text: dateTime(t.closeTime), sort: t.closeTime, isText: true },
    { text: duration(t.closeTime - t.openTime), sort: t.closeTime - t.openTime },
    { text: price(t.openRate), sort: t.openRate },
    { text: price(t.closeRate), sort: t.closeRate },
    { text: money(t.stake), sort: t.stake },
    { text: number(t.leverage, t.leverage % 1 ? 1 : 0), sort: t.leverage },
    { text: signedMoney(t.profitAbs), sort: t.profitAbs, tone: tone(t.profitAbs) },
    { text: signedPercent(t.profitRatio), sort: t.profitRatio, tone: tone(t.profitRatio) },
    { text: money(t.fees), sort: t.fees },
    { text: signedMoney(t.funding), sort: t.funding },
    { text: clip(t.entryTag ?? '', 60), isText: true },
    { text: clip(t.exitTag ? `${t.exitReason} (${t.exitTag})` : t.exitReason, 80), isText: true },
  ];
}
