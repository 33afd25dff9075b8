import type { Period } from '../../metrics/periods.ts';
import { signedPercent } from '../format.ts';
import { type Html, html } from '../html.ts';
import { card } from './table.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Returns by month as a heat map, years in rows, with the year's compound return and that of buy-and-hold. */
export function monthlyReturns(months: readonly Period[]): Html {
  const years = Map.groupBy(months, (m) => new Date(m.from).getUTCFullYear());
  const largest = Math.max(0.01, ...months.map((m) => Math.abs(m.accountReturn)).filter(Number.isFinite));
  const rows = [...years].map(([year, list]) => {
    const byMonth = new Map(list.map((m) => [new Date(m.from).getUTCMonth(), m]));
    const [whole, held] = (['accountReturn', 'buyAndHoldReturn'] as const).map(
      (of) => list.reduce((product, m) => product * (1 + m[of]), 1) - 1,
    ) as [number, number];
    return html`<tr><th class="text">${year}</th>${MONTHS.map((_, i) => cell(byMonth.get(i), largest))}<td class="total">${signedPercent(whole, 1)}</td><td>${signedPercent(held, 1)}</td></tr>`;
  });
  const body = html`<div class="scroll"><table class="heat"><thead><tr><th class="text">Year</th>${MONTHS.map((m) => html`<th>${m}</th>`)}<th>Year</th><th>Buy and hold</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  return card('Monthly returns', body, {
    isWide: true,
    note: 'Of the account, open positions included. Hold the pointer over a month for its trades and for buy and hold.',
  });
}

function cell(month: Period | undefined, largest: number): Html {
  if (!month) return html`<td></td>`;
  const title = `${month.trades} trades, ${month.wins} won; buy and hold ${signedPercent(month.buyAndHoldReturn)}`;
  return html`<td${heat(month.accountReturn, largest)} title="${title}">${signedPercent(month.accountReturn, 1)}</td>`;
}

/** Background that grows with the size of a gain or loss, as class and style attributes. */
export function heat(value: number, largest: number): Html {
  if (!Number.isFinite(value) || value === 0) return html``;
  const share = Math.round(8 + 62 * Math.min(1, Math.abs(value) / largest));
  return html` class="${value > 0 ? 'hot-up' : 'hot-down'}" style="--heat:${share}%"`;
}
