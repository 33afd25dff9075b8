import type { RunResult } from '../domain/run-result.ts';
import type { RunSummary } from '../metrics/run-summary.ts';
import { html } from '../report/html.ts';
import { candleScript } from '../report/page/candle-script.ts';
import { curveScript } from '../report/page/curve-script.ts';
import { page } from '../report/page/page.ts';
import { tableScript } from '../report/page/table-script.ts';
import { pageData } from '../report/page-data.ts';
import { header } from '../report/sections/header.ts';
import { card } from '../report/sections/table.ts';
import { tradeList } from '../report/sections/trade-list.ts';

/** A page for looking: candles with features and trades over the whole window first, then the account, then the trades. Opens offline. */
export function plotPage(result: RunResult, summary: RunSummary): string {
  const data = pageData(result, null);
  const title = `${summary.run.strategies.join(', ')} on ${summary.run.pairs.slice(0, 4).join(', ')}`;
  const market = html`<div class="tools"><select id="pair" aria-label="Pair"></select><button type="button" id="candle-all">Whole run</button><span class="note" id="candle-note"></span></div><div class="legend" id="candle-legend"></div><div class="chart tall" id="candles"></div>`;
  const equity = html`<div class="tools"><button type="button" id="curve-log" aria-pressed="false">Log scale</button><div class="legend" id="curve-legend"></div></div><div class="chart" id="curve"></div>`;
  const left = data.omittedPairs.length > 0 ? `Not drawn: ${data.omittedPairs.slice(0, 20).join(', ')}.` : '';
  return page({
    title,
    style: 'main, .top, footer { max-width: none } .chart.tall { height: max(520px, calc(100vh - 190px)) }',
    top: header(summary, title),
    main: html`<noscript><p class="note">The charts need JavaScript; the table below does not.</p></noscript><div class="grid">
${card('Candles, features and trades', market, {
  isWide: true,
  id: 'market',
  note: `Triangles are entries (up: long, down: short), dots are exits in the colour of their profit, dashed lines are stops (first and last). A click on a trade below shows it here. ${left}`,
})}
${card('Equity, drawdown and exposure', equity, { isWide: true, id: 'equity' })}
${tradeList(result.trades)}
</div>`,
    data,
    script: tableScript + curveScript + candleScript,
    hasCharts: true,
  });
}
