import { expect, it } from 'vitest';
import type { ComparisonData } from './comparison-section.ts';
import { renderComparison } from './render-comparison.ts';

const DATA: ComparisonData = {
  path: 'user_data/<dry-run>.sqlite',
  from: 0,
  to: 3_600_000,
  timeframe: '5m',
  stakeCurrency: 'USDT',
  trades: [
    {
      strategy: 'S<script>',
      pair: 'BTC/USDT',
      side: 'long',
      openTime: 60_000,
      live: 3,
      test: null,
      liveProfit: -1.5,
      testProfit: 0,
      gap: -1.5,
      parts: [{ cause: 'data', amount: -1.5, detail: 'the backtest sees no signal' }],
    },
  ],
  open: 2,
  liveProfit: -1.5,
  testProfit: 0,
  gap: -1.5,
  byCause: { latency: 0, data: -1.5, fill: 0, api: 0 },
  candles: { seen: 10, differing: 1 },
  notes: ['few trades'],
};

it('shows the gap by cause and by trade, and escapes what users named', () => {
  const page = renderComparison(DATA);
  expect(page).toContain('user_data/&lt;dry-run&gt;.sqlite, 1970-01-01 00:00 to 1970-01-01 01:00 UTC, 5m');
  expect(page).not.toContain('S<script>');
  expect(page).toContain('1 of 10 journalled candles differ from the stored ones.');
  expect(page).toMatch(/missing<\/td><td class="down" data-v="-1.5">-1.50/);
  expect(page).toContain('data -1.50: the backtest sees no signal');
  expect(page).toContain('2 open trades are not compared.');
  expect(page).toContain('few trades');
});

it('says when there is nothing to compare', () => {
  expect(renderComparison({ ...DATA, trades: [], open: 0, notes: [] })).toContain('No closed trades.');
});
