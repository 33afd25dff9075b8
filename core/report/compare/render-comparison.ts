import { dateTime } from '../format.ts';
import { html } from '../html.ts';
import { page, pageTop } from '../page/page.ts';
import { tableScript } from '../page/table-script.ts';
import { type ComparisonData, comparisonSection } from './comparison-section.ts';

/** One self-contained page about a comparison: it opens offline, and all text from users is escaped. */
export function renderComparison(data: ComparisonData): string {
  const title = 'Live and backtest';
  const lead = `${data.path}, ${dateTime(data.from)} to ${dateTime(data.to)} UTC, ${data.timeframe}`;
  return page({
    title,
    top: pageTop({ title, lead }),
    main: html`<div class="grid">
${comparisonSection(data)}
</div>`,
    script: tableScript,
  });
}
