import type { ClosedTrade } from '../../domain/trade.ts';
import { clip, dateTime, duration, money, number, price, signedMoney, signedPercent } from '../format.ts';
import { type Html, html, toMarkup, trusted } from '../html.ts';
import { card, drawTable, tone } from './table.ts';

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
/** Columns to the left. */
const TEXTS = HEADS.map((name) => ['Strategy', 'Pair', 'Side', 'Opened', 'Closed', 'Tag', 'Reason'].includes(name));

/**
 * The first thousand trades, sortable; a click on one shows it on the candle chart. In parts, the rows apart: without the few letters beyond Latin-1
 * around them they take half the memory, and are written quicker.
 */
export function tradeList(trades: readonly ClosedTrade[]): readonly Html[] {
  const body = trades.length
    ? drawTable(HEADS, TEXTS, trusted(ROWS), { id: 'trades' })
    : html`<p class="empty">No trades.</p>`;
  const note =
    trades.length > MOST ? `The first ${number(MOST, 0)} of ${number(trades.length, 0)}; the CSV export has all. ` : '';
  const whole = card(
    'Trade list',
    html`<input id="trade-filter" type="search" placeholder="Filter: pair, tag, reason …" aria-label="Filter trades">${body}`,
    {
      id: 'trade-list',
      isWide: true,
      note: `${note}Click a head to sort, a row to see it on its chart. Times are UTC.`,
    },
  );
  const [top, bottom = ''] = whole.markup.split(ROWS);
  return [top!, ...rows(trades.slice(0, MOST)), bottom].map(trusted);
}

/** Where the rows come. */
const ROWS = '<!--rows-->';
/** Rows that are one part. */
const PART = 50;

function rows(trades: readonly ClosedTrade[]): string[] {
  // A run has few texts and many trades: each text is escaped once.
  const known = new Map<string, string>();
  const word = (text: string, limit: number): string => {
    const shown = clip(text, limit);
    let markup = known.get(shown);
    if (markup === undefined) {
      markup = toMarkup(shown);
      known.set(shown, markup);
    }
    return markup;
  };
  const parts: string[] = [];
  for (let from = 0; from < trades.length; from += PART)
    parts.push(
      trades
        .slice(from, from + PART)
        .map((trade) => row(trade, word))
        .join(''),
    );
  return parts;
}

/** One piece of text, not a template: a list has seventeen thousand cells. What no user has named needs no escaping. */
function row(t: ClosedTrade, word: (text: string, limit: number) => string): string {
  const { profitAbs, profitRatio, leverage } = t;
  return (
    `<tr><td data-v="${t.id}">${t.id}</td><td class="text">${word(t.strategy, 60)}</td><td class="text">${word(t.pair, t.pair.length)}</td>` +
    `<td class="text">${t.side}</td>${timeCell(t.openTime)}${timeCell(t.closeTime)}` +
    numberCell(t.closeTime - t.openTime, duration(t.closeTime - t.openTime), '') +
    numberCell(t.openRate, price(t.openRate), '') +
    numberCell(t.closeRate, price(t.closeRate), '') +
    numberCell(t.stake, money(t.stake), '') +
    numberCell(leverage, number(leverage, leverage % 1 ? 1 : 0), '') +
    numberCell(profitAbs, signedMoney(profitAbs), tone(profitAbs)) +
    numberCell(profitRatio, signedPercent(profitRatio), tone(profitRatio)) +
    numberCell(t.fees, money(t.fees), '') +
    numberCell(t.funding, signedMoney(t.funding), '') +
    `<td class="text">${word(t.entryTag ?? '', 60)}</td><td class="text">${word(t.exitTag ? `${t.exitReason} (${t.exitTag})` : t.exitReason, 80)}</td></tr>`
  );
}

function numberCell(value: number, text: string, colour: string): string {
  const sort = Number.isFinite(value) ? value : '';
  return colour === '' ? `<td data-v="${sort}">${text}</td>` : `<td class="${colour}" data-v="${sort}">${text}</td>`;
}

function timeCell(time: number): string {
  return `<td class="text" data-v="${Number.isFinite(time) ? time : ''}">${dateTime(time)}</td>`;
}
