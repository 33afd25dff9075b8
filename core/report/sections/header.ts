import type { RunSummary } from '../../metrics/run-summary.ts';
import { date, number } from '../format.ts';
import { type Html, html } from '../html.ts';
import { pageTop } from '../page/page.ts';

/** What was run, on what data, and the hashes that name inputs and result. */
export function header({ run }: RunSummary, title: string): Html {
  const pairs = run.pairs.length > 8 ? [...run.pairs.slice(0, 8), `and ${run.pairs.length - 8} more`] : run.pairs;
  const detail = run.detailTimeframe ? `, detail ${run.detailTimeframe}` : '';
  return pageTop({
    title,
    lead: pairs.join(' · '),
    dataKind: run.dataKind,
    chips: [
      `${date(run.from)} to ${date(run.to)}, ${number(run.days, run.days < 10 ? 1 : 0)} days`,
      `${run.timeframe} candles${detail}`,
      `${run.fills} fills`,
    ],
    hashes: html`result <code>${run.hash}</code> inputs <code>${run.inputHash}</code>`,
  });
}
