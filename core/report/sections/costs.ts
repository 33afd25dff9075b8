import type { CostSensitivity } from '../../metrics/cost-sensitivity.ts';
import { number, percent, signedPercent } from '../format.ts';
import { type Html, html } from '../html.ts';
import { heat } from './monthly-returns.ts';
import { card } from './table.ts';

/** Total return at other fees and slippage, as a heat map, and what would eat the profit. */
export function costs({ cases, breakEvenBps, feeShare }: CostSensitivity): Html {
  const multiples = [...new Set(cases.map((c) => c.feeMultiple))];
  const slippages = [...new Set(cases.map((c) => c.slippageBps))];
  const largest = Math.max(0.01, ...cases.map((c) => Math.abs(c.totalReturn)).filter(Number.isFinite));
  const rows = multiples.map((multiple) => {
    const cells = slippages.map((bps) => {
      const found = cases.find((c) => c.feeMultiple === multiple && c.slippageBps === bps)!;
      const isPaid = multiple === 1 && bps === 0;
      const title = `profit factor ${number(found.profitFactor)}, ${percent(found.winRate, 1)} won`;
      return html`<td${heat(found.totalReturn, largest)} title="${title}">${isPaid ? html`<b>${signedPercent(found.totalReturn)}</b>` : signedPercent(found.totalReturn)}</td>`;
    });
    return html`<tr><th class="text">${number(multiple, 0)} × fees</th>${cells}</tr>`;
  });
  const head = slippages.map((bps) => html`<th>${bps === 0 ? 'as run' : `+${number(bps, 0)} bps`}</th>`);
  const words =
    breakEvenBps > 0
      ? `Another ${number(breakEvenBps, 1)} basis points of slippage on every fill would eat all of the profit. ${Number.isFinite(feeShare) ? `Fees took ${percent(feeShare, 1)} of what the trades earned before them.` : ''}`
      : 'There is no profit for costs to eat.';
  const body = html`<div class="scroll"><table class="heat"><thead><tr><th class="text">Extra slippage a side</th>${head}</tr></thead><tbody>${rows}</tbody></table></div><p>${words}</p>`;
  return card('Cost sensitivity', body, {
    note: 'Total return if the same trades had paid other fees, and more slippage on every fill. First order: nothing is re-run.',
  });
}
