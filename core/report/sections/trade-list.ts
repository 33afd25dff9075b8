import type { ClosedTrade } from '../../domain/trade.ts';
import { sorted } from '../../metrics/percentile.ts';
import { clip, dateTime, duration, money, number, price, signedMoney, signedPercent } from '../format.ts';
import { type Html, html, toMarkup, trusted } from '../html.ts';
import { card, drawTable, tone } from './table.ts';

/** Trades in the list at most, and how many of the best and of the worst are among them in any case. */
const MOST_LISTED = 1000;
const EXTREMES = 50;

/** The trades that a page lists, in their order: the first ones, and the best and the worst of those that come later. */
export function listedTrades(trades: readonly ClosedTrade[]): readonly ClosedTrade[] {
  if (trades.length <= MOST_LISTED) return trades;
  const first = MOST_LISTED - 2 * EXTREMES;
  // Sorting numbers, then the few trades that are left, takes a tenth of sorting some hundred thousand trades.
  const profits = sorted(trades.slice(first).map((trade) => trade.profitAbs));
  const [low, high] = [profits[EXTREMES - 1]!, profits[profits.length - EXTREMES]!];
  const candidates = trades.filter((t, i) => i >= first && !(t.profitAbs > low && t.profitAbs < high));
  candidates.sort((a, b) => b.profitAbs - a.profitAbs);
  const extremes = new Set([...candidates.slice(0, EXTREMES), ...candidates.slice(-EXTREMES)]);
  return trades.filter((trade, i) => i < first || extremes.has(trade));
}

/** Writes a word of a run's few, at most so many letters of it. */
type Word = (text: string, limit: number) => string;

interface Column {
  readonly head: string;
  readonly cell: (trade: ClosedTrade, word: Word) => string;
  /** To the left. */
  readonly isText?: boolean;
  /** What a trade has nothing to say in; the column is left out where no trade has. Absent: it is always there. */
  readonly isEmpty?: (trade: ClosedTrade, first: ClosedTrade) => boolean;
}

/** The first five are always there: a click on a row finds its chart by them. */
const COLUMNS: readonly Column[] = [
  { head: '#', cell: ({ id }) => `<td data-v="${id}">${id}</td>` },
  { head: 'Pair', isText: true, cell: (t, word) => textCell(word(t.pair, t.pair.length)) },
  { head: 'Side', isText: true, cell: (t) => textCell(t.side) },
  { head: 'Opened', isText: true, cell: (t) => timeCell(t.openTime) },
  { head: 'Closed', isText: true, cell: (t) => timeCell(t.closeTime) },
  { head: 'Held', cell: (t) => numberCell(t.closeTime - t.openTime, duration(t.closeTime - t.openTime), '') },
  { head: 'Entry', cell: (t) => numberCell(t.openRate, price(t.openRate), '') },
  { head: 'Exit', cell: (t) => numberCell(t.closeRate, price(t.closeRate), '') },
  { head: 'Stake', cell: (t) => numberCell(t.stake, money(t.stake), '') },
  {
    head: 'Lev.',
    isEmpty: ({ leverage }) => leverage === 1,
    cell: ({ leverage }) => numberCell(leverage, number(leverage, leverage % 1 ? 1 : 0), ''),
  },
  { head: 'Profit', cell: (t) => numberCell(t.profitAbs, signedMoney(t.profitAbs), tone(t.profitAbs)) },
  { head: 'Of stake', cell: (t) => numberCell(t.profitRatio, signedPercent(t.profitRatio), tone(t.profitRatio)) },
  { head: 'Fees', cell: (t) => numberCell(t.fees, money(t.fees), '') },
  { head: 'Funding', isEmpty: (t) => t.funding === 0, cell: (t) => numberCell(t.funding, signedMoney(t.funding), '') },
  {
    head: 'Tag',
    isText: true,
    isEmpty: (t) => !t.entryTag,
    cell: (t, word) => textCell(word(t.entryTag ?? '', 60)),
  },
  {
    head: 'Reason',
    isText: true,
    cell: (t, word) => textCell(word(t.exitTag ? `${t.exitReason} (${t.exitTag})` : t.exitReason, 80)),
  },
  {
    head: 'Strategy',
    isText: true,
    isEmpty: (t, first) => t.strategy === first.strategy,
    cell: (t, word) => textCell(word(t.strategy, 60)),
  },
];

/**
 * A thousand trades at most, sortable; a click on one shows it on the candle chart. Columns that say nothing here are left out. In parts, the rows apart: without the few letters beyond Latin-1
 * around them they take half the memory, and are written quicker.
 */
export function tradeList(trades: readonly ClosedTrade[]): readonly Html[] {
  if (trades.length === 0)
    return [card('Trade list', html`<p class="empty">No trades.</p>`, { id: 'trade-list', isWide: true })];
  const shown = listedTrades(trades);
  const columns = COLUMNS.filter(({ isEmpty }) => !isEmpty || shown.some((trade) => !isEmpty(trade, shown[0]!)));
  const body = drawTable(
    columns.map(({ head }) => head),
    columns.map(({ isText = false }) => isText),
    trusted(ROWS),
    { id: 'trades' },
  );
  const note =
    trades.length > MOST_LISTED
      ? `The first ${number(MOST_LISTED - 2 * EXTREMES, 0)} of ${number(trades.length, 0)}, and the ${EXTREMES} best and ${EXTREMES} worst of the rest; trades.csv, which --out writes, has all. `
      : '';
  const whole = card(
    'Trade list',
    html`<input id="trade-filter" type="search" placeholder="Filter: pair, tag, reason …" aria-label="Filter trades">${body}`,
    {
      id: 'trade-list',
      isWide: true,
      note: `${note}Click a head to sort, a row to see it on its chart (by keyboard: arrows, Enter). Times are UTC.`,
    },
  );
  const [top, bottom = ''] = whole.markup.split(ROWS);
  return [top!, ...rows(shown, columns), bottom].map(trusted);
}

/** Where the rows come. */
const ROWS = '<!--rows-->';
/** Rows that are one part. */
const PART = 50;

function rows(trades: readonly ClosedTrade[], columns: readonly Column[]): string[] {
  // A run has few texts and many trades: each text is escaped once.
  const known = new Map<string, string>();
  const word: Word = (text, limit) => {
    const shown = clip(text, limit);
    let markup = known.get(shown);
    if (markup === undefined) {
      markup = toMarkup(shown);
      known.set(shown, markup);
    }
    return markup;
  };
  const parts: string[] = [];
  for (let from = 0; from < trades.length; from += PART) {
    let part = '';
    // Pieces of text, not templates: a list has seventeen thousand cells. What no user has named needs no escaping.
    for (const trade of trades.slice(from, from + PART)) {
      part += '<tr>';
      for (const { cell } of columns) part += cell(trade, word);
      part += '</tr>';
    }
    parts.push(part);
  }
  return parts;
}

function textCell(markup: string): string {
  return `<td class="text">${markup}</td>`;
}

function numberCell(value: number, text: string, colour: string): string {
  const sort = Number.isFinite(value) ? value : '';
  return colour === '' ? `<td data-v="${sort}">${text}</td>` : `<td class="${colour}" data-v="${sort}">${text}</td>`;
}

function timeCell(time: number): string {
  return `<td class="text" data-v="${Number.isFinite(time) ? time : ''}">${dateTime(time)}</td>`;
}
