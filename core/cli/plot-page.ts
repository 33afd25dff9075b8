import type { RunResult } from '../domain/run-result.ts';
import type { RunSummary } from '../metrics/run-summary.ts';
import { html } from '../report/html.ts';
import { candleScript } from '../report/page/candle-script.ts';
import { curveScript } from '../report/page/curve-script.ts';
import { page } from '../report/page/page.ts';
import { tableScript } from '../report/page/table-script.ts';
import { pageData } from '../report/page-data.ts';
import { equityCard, marketCard } from '../report/render-report.ts';
import { header } from '../report/sections/header.ts';
import { tradeList } from '../report/sections/trade-list.ts';

/** A page for looking: candles with features and trades over the whole window first, then the account, then the trades. Opens offline. */
export function plotPage(result: RunResult, summary: RunSummary): string {
  const data = pageData(result, null);
  const title = `${summary.run.strategies.join(', ')} on ${summary.run.pairs.slice(0, 4).join(', ')}`;
  return page({
    title,
    style: 'main, .top, footer { max-width: none } .chart.tall { height: max(520px, calc(100vh - 190px)) }',
    top: header(summary, title),
    main: html`<noscript><p class="note">The charts need JavaScript; the table below does not.</p></noscript><div class="grid">
${marketCard('Candles, features and trades', data.omittedPairs)}
${equityCard(data.currency)}
${tradeList(result.trades)}
</div>`,
    data,
    script: tableScript + curveScript + candleScript,
    hasCharts: true,
  });
}
