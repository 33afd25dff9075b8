import type { RunResult } from '../../domain/run-result.ts';
import type { RunSummary } from '../../metrics/run-summary.ts';
import { clip } from '../format.ts';
import { type Html, html } from '../html.ts';
import { card } from './table.ts';

const FILLS = {
  honest: [
    'Fills are honest: an order can only be filled by prices that came after it was sent, a limit must be traded through, not merely touched, and a stop that the market gaps through fills at the open.',
    'Where a candle cannot tell which of two prices came first, the worse one is taken, unless a detail timeframe tells.',
    'Cancels and changes of price take as long to arrive as orders: until then an order may still fill as it was.',
    'Exits come before entries; cash and slots that are freed inside a candle cannot be spent at its open.',
  ],
  freqtrade: [
    "Fills follow Freqtrade's backtesting rules, for comparison with it. They are kinder than a real exchange: a limit fills when its price is touched, and ROI and stops fill at their own price.",
  ],
  book: [
    'Orders travel with latency and wait in the queue of their price level, whose length ahead of them is estimated; they get no more than what was traded and displayed.',
    'Nobody answers own orders: what others would have done had they stood in the book is not simulated.',
  ],
} as const;

/** What the numbers assume, in sentences, and every setting of the run. */
export function assumptions(result: RunResult, summary: RunSummary, more: readonly string[]): Html {
  const { inputs } = result;
  const market =
    inputs.dataKind === 'synthetic'
      ? 'The market is synthetic: it proves that the machinery works, and says nothing about profits on a real one.'
      : 'Prices are those of the exchange. The run sees only pairs that were chosen beforehand: if they were chosen because they did well, so does the result (survivorship).';
  const lines = [
    market,
    ...FILLS[inputs.fills],
    'Own orders do not move the market: large stakes would.',
    'Fees, funding and slippage are as in the settings below; taxes are not considered.',
    ...more,
    ...summary.conventions,
  ];
  const settings = html`<details><summary>Inputs and settings</summary><pre>${clip(JSON.stringify(inputs, null, 2), 100_000)}</pre></details>`;
  return card('What these numbers assume', html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>${settings}`, {
    isWide: true,
    id: 'assumptions',
  });
}
