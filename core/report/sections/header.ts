import type { RunSummary } from '../../metrics/run-summary.ts';
import { date, number } from '../format.ts';
import { type Html, html } from '../html.ts';

/** What was run, on what data, and the hashes that name inputs and result. */
export function header({ run }: RunSummary, title: string): Html {
  const pairs = run.pairs.length > 8 ? [...run.pairs.slice(0, 8), `and ${run.pairs.length - 8} more`] : run.pairs;
  const detail = run.detailTimeframe ? `, detail ${run.detailTimeframe}` : '';
  return html`<header class="top">
<div class="title"><h1>${title}</h1><button type="button" id="theme" title="Light or dark">Theme</button></div>
<p class="lead">${pairs.join(' · ')}</p>
<p class="chips">${
    run.dataKind === 'synthetic'
      ? html`<span class="chip warn">Synthetic market: these prices were made by a generator, no one ever traded at them</span>`
      : html`<span class="chip">Real market data</span>`
  }<span class="chip">${date(run.from)} to ${date(run.to)}, ${number(run.days, run.days < 10 ? 1 : 0)} days</span><span class="chip">${run.timeframe} candles${detail}</span><span class="chip">${run.fills} fills</span></p>
<p class="hashes">result <code>${run.hash}</code> inputs <code>${run.inputHash}</code></p>
</header>`;
}
