import type { RunResult } from '../domain/run-result.ts';
import type { RunSummary } from '../metrics/run-summary.ts';
import { durationStep, durationTick, percentTick } from './axis.ts';
import { drawHistogram } from './histogram.ts';
import { type Html, html } from './html.ts';
import { candleScript } from './page/candle-script.ts';
import { curveScript } from './page/curve-script.ts';
import { pageParts, REACH_NOTE } from './page/page.ts';
import { tableScript } from './page/table-script.ts';
import { type AloneCurve, pageData } from './page-data.ts';
import { noTrades } from './render-table.ts';
import { assumptions } from './sections/assumptions.ts';
import { confidence } from './sections/confidence.ts';
import { costs } from './sections/costs.ts';
import { groupTables } from './sections/group-tables.ts';
import { header } from './sections/header.ts';
import { curveTable, drawdownTable, keyNumbers, tradeTable } from './sections/key-numbers.ts';
import { type LearnedData, learned } from './sections/learned.ts';
import { monthlyReturns } from './sections/monthly-returns.ts';
import { sampleSplit } from './sections/sample-split.ts';
import { card } from './sections/table.ts';
import { tradeList } from './sections/trade-list.ts';

/** What a page may say beyond its run. */
export interface ReportOptions {
  /** The strategies' names by default. */
  readonly title?: string;
  /** The moment (ms UTC) up to which parameters were tuned, where the result does not say; what comes after is shown apart. */
  readonly outOfSampleFrom?: number;
  /** What was learned on the way. */
  readonly learned?: LearnedData;
  /** Curves of strategies that share the account, each run by itself. */
  readonly alone?: readonly AloneCurve[];
  /** Further sentences for the list of assumptions. */
  readonly assumptions?: readonly string[];
}

/**
 * One self-contained HTML page about a run: it opens offline, and stays below some five megabytes whatever the run's size.
 * All text from users is escaped. The same result and summary give the same bytes.
 * @throws TidegateError REPORT_CHART_LIBRARY when the chart library is not installed
 */
export function renderReport(result: RunResult, summary: RunSummary, options: ReportOptions = {}): string {
  return reportParts(result, summary, options).join('');
}

/** The same in the parts that follow each other, as they are written. */
export function reportParts(result: RunResult, summary: RunSummary, options: ReportOptions = {}): readonly string[] {
  const title = options.title ?? (summary.run.strategies.join(', ') || 'Backtest');
  const split = sampleEnd(result, options.outOfSampleFrom ?? result.trials.tunedUntil);
  const data = pageData(result, split, options.alone);
  // Of a run that never traded they would say nothing, each in a box of its own.
  const hasTrades = result.trades.length > 0;
  const main = html`${keyNumbers(summary)}
<noscript><p class="note">The charts need JavaScript; the tables below do not.</p></noscript>
<div class="grid">
${hasTrades ? null : card('Trades', html`<p>${noTrades(summary)}</p>`, { isWide: true })}
${equityCard(data.currency, data.alone.length > 0)}
${marketCard('Market and trades', data.omittedPairs)}
${split === null ? null : sampleSplit(result, split)}
${curveTable(summary)}
${hasTrades ? tradeTable(summary) : null}
${hasTrades ? measured(result, summary) : null}
${options.learned ? learned(options.learned, result.trades) : null}
${hasTrades ? groupTables(summary) : null}
`;
  const end = html`
${assumptions(result, summary, options.assumptions ?? [])}
</div>`;
  return pageParts({
    title,
    top: header(summary, title),
    main: [main, ...(hasTrades ? tradeList(result.trades) : []), end],
    data,
    script: tableScript + curveScript + candleScript,
    hasCharts: true,
  });
}

/** Where the tuned part of a run ends, null where all or nothing of it was tuned on. */
function sampleEnd({ inputs, equity }: RunResult, tunedUntil = Number.NaN): number | null {
  return tunedUntil > inputs.from && tunedUntil < (equity.time.at(-1) ?? inputs.to) ? tunedUntil : null;
}

/** The chart of the account. */
export function equityCard(currency: string, hasAlone = false): Html {
  const equity = html`<div class="tools"><button type="button" id="curve-log" aria-pressed="false">Log scale</button><div class="legend" id="curve-legend"></div></div><div class="chart" id="curve"></div>`;
  return card('Equity, drawdown and exposure', equity, {
    isWide: true,
    id: 'equity',
    note: `In ${currency}, with what buying and holding all pairs would have been worth${hasAlone ? ', and what each strategy makes alone (thin lines)' : ''}. Exposure is the value of open positions over the account. ${REACH_NOTE}`,
  });
}

/** The charts of the pairs, with a choice of them. */
export function marketCard(title: string, omittedPairs: readonly string[]): Html {
  const left = omittedPairs.length
    ? ` Not drawn, to keep the page small: ${omittedPairs.slice(0, 20).join(', ')}${omittedPairs.length > 20 ? ' …' : ''}.`
    : '';
  const market = html`<div class="tools"><select id="pair" aria-label="Pair"></select><button type="button" id="candle-all">Whole run</button><span class="note" id="candle-note"></span></div><div class="legend" id="candle-legend"></div><div class="chart tall" id="candles"></div>`;
  return card(title, market, {
    isWide: true,
    id: 'market',
    note: `Triangles are entries (up: long, down: short), dots are exits in the colour of their profit, dashed lines are stops (first and last). A row of the list of trades shows its trade here.${left}`,
  });
}

/** What there is to measure once something was traded. */
function measured(result: RunResult, summary: RunSummary): Html {
  return html`${monthlyReturns(summary.periods.month)}
${drawdownTable(summary.account.drawdowns)}
${distributions(result, summary)}
${costs(summary.costs)}
${confidence(summary)}`;
}

function distributions({ trades }: RunResult, summary: RunSummary): Html {
  const profits = drawHistogram(
    trades.map((t) => t.profitRatio),
    { name: 'Trades by profit', show: percentTick, isSigned: true },
  );
  const holding = drawHistogram(
    trades.map((t) => t.closeTime - t.openTime),
    { name: 'Trades by holding time', show: durationTick, stepOf: durationStep },
  );
  const days = drawHistogram(
    summary.periods.day.map((d) => d.accountReturn),
    { name: 'Days by return', show: percentTick, isSigned: true },
  );
  const sides = drawHistogram(
    trades.map((t) => (t.side === 'long' ? t.minRate / t.openRate - 1 : 1 - t.maxRate / t.openRate)),
    { name: 'Trades by worst price', show: percentTick, isSigned: true },
  );
  return html`${card('Profit of trades', profits, { note: 'How many trades made how much, over their stake, leverage included.' })}${card('Holding times', holding, { note: 'How many trades were held how long, from first entry to last exit.' })}${card('Daily returns', days, { note: 'How many days the account made how much.' })}${card('Worst price while open', sides, { note: 'Adverse excursion: in how many trades the price went how far against them, from their entry.' })}`;
}
