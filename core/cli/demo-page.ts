import { date, number, percent, signedMoney, signedPercent } from '../report/format.ts';
import { html, trusted } from '../report/html.ts';
import { pageStyle } from '../report/page/page-style.ts';
import type { DemoRow } from './demo-table.ts';

/** The page that leads to the reports of the ready strategies. Opens offline; no script in it. */
export function demoPage(rows: readonly DemoRow[], market: string): string {
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
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Ready strategies – Tidegate</title>
<style>${trusted(pageStyle)}.chips { margin: 10px 0 16px } a { color: var(--accent); text-decoration: none } a:hover { text-decoration: underline }</style>
</head>
<body>
<header class="top"><div class="title"><h1>Ready strategies</h1></div>
<p class="chips">${
    isSynthetic
      ? html`<span class="chip warn">Synthetic market: these prices were made by a generator, no one ever traded at them</span>`
      : html`<span class="chip">Real market data</span>`
  }<span class="chip">${market}</span></p></header>
<main><div class="grid"><section class="card wide"><h2>Results</h2>
<p class="note">Each alone on its account, fees, spread, slippage, latency and funding charged. A strategy's name opens its report.</p>
<div class="scroll"><table><thead><tr><th class="text">strategy</th><th class="text">market</th><th class="text">period</th><th>trades</th><th>won</th><th>profit</th><th>return</th><th>buy and hold</th><th>Sharpe</th><th>drawdown</th></tr></thead>
<tbody>${lines}</tbody></table></div></section>
<section class="card wide"><h2>Next</h2>
<ul><li><code>npx tidegate new strategy MyIdea</code> makes a strategy file in user_data/strategies.</li>
<li><code>npx tidegate backtest --strategy MyIdea</code> runs it; <code>npx tidegate check --strategy MyIdea</code> proves that it does not look ahead.</li>
<li><code>npx tidegate results list</code> shows every run that was kept, these among them.</li></ul></section>
</div></main>
<footer>Made by Tidegate.</footer>
</body>
</html>
`;
  return page.markup;
}
