import type { Drawdown } from '../../metrics/drawdowns.ts';
import { dateTime, duration, percent } from '../format.ts';
import { type Html, html } from '../html.ts';
import { type Cell, card, table } from './table.ts';

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
