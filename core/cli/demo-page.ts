import { date, number, percent, signedMoney, signedPercent } from '../report/format.ts';
import { html } from '../report/html.ts';
import { page, pageTop } from '../report/page/page.ts';
import type { DryRunShown } from './demo-dry-run.ts';
import type { DemoRow } from './demo-table.ts';

/** The page that leads to the reports of the ready strategies. Opens offline. */
export function demoPage(rows: readonly DemoRow[], market: string, dryRun: DryRunShown | null): string {
  const isSynthetic = rows.some((row) => row.summary.run.dataKind === 'synthetic');
  const tone = (value: number) => (value > 0 ? 'up' : value < 0 ? 'down' : '');
  const lines = rows.map(({ name, kind, doc, page, summary }) => {
    const { run, account, buyAndHold, trades } = summary;
    const profit = account.finalBalance - account.startBalance;
    return html`<tr><td class="text"><a href="${page}"><b>${name}</b></a><br><span class="note">${doc}</span></td>
<td class="text">${kind}, ${run.timeframe}<br><span class="note">${run.pairs.join(' · ')}</span></td>
<td class="text">${date(run.from)} to ${date(run.to)}</td><td>${number(trades.trades, 0)}</td><td>${percent(trades.winRate, 1)}</td>
<td class="${tone(profit)}">${signedMoney(profit)} ${run.stakeCurrency}</td><td class="${tone(account.totalReturn)}">${signedPercent(account.totalReturn)}</td>
<td>${signedPercent(buyAndHold.totalReturn)}</td><td>${number(account.sharpe)}</td><td>${percent(account.maxDrawdown)}</td></tr>`;
  });
  return page({
    title: 'Ready strategies',
    style:
      '.chips { margin: 10px 0 16px } a { color: var(--accent); text-decoration: none } a:hover { text-decoration: underline }',
    top: pageTop({ title: 'Ready strategies', dataKind: isSynthetic ? 'synthetic' : 'real', chips: [market] }),
    main: html`<div class="grid"><section class="card wide"><h2>Results</h2>
<p class="note">Each alone on its account, fees, spread, slippage, latency and funding charged. A strategy's name opens its report.</p>
<div class="scroll"><table><thead><tr><th class="text">strategy</th><th class="text">market</th><th class="text">period</th><th>trades</th><th>won</th><th>profit</th><th>return</th><th>buy and hold</th><th>Sharpe</th><th>drawdown</th></tr></thead>
<tbody>${lines}</tbody></table></div></section>
${dryRun === null ? '' : dryRunCard(dryRun)}
<section class="card wide"><h2>Next</h2>
<ul><li><code>npx tidegate new strategy MyIdea</code> makes a strategy file in user_data/strategies.</li>
<li><code>npx tidegate backtest --strategy MyIdea</code> runs it; <code>npx tidegate check --strategy MyIdea</code> proves that it does not look ahead.</li>
<li><code>npx tidegate results list</code> shows every run that was kept, these among them.</li></ul></section>
</div>`,
  });
}

function dryRunCard({ comparison, hours, seconds }: DryRunShown) {
  const { trades, liveProfit, testProfit, stakeCurrency } = comparison;
  return html`<section class="card wide"><h2>Dry-run</h2>
<p><a href="dry-run.html"><b>The bot beside a backtest of the same candles</b></a>: ${trades.length} trades,
${signedMoney(liveProfit)} ${stakeCurrency} on paper, ${signedMoney(testProfit)} in the backtest.</p>
<p class="note">The class that was backtested, run as <code>tidegate trade</code> runs it, on a replay exchange that played ${number(hours, 0)} hours in ${number(seconds, 1)} s.</p></section>`;
}
