import { expect, it } from 'vitest';
import { type OutOfSamplePage, type OutOfSampleStep, outOfSamplePage } from './out-of-sample-page.ts';

const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 1);
const span = (from: number, to: number) => ({ from: START + from * DAY, to: START + to * DAY });

function step(k: number, more: Partial<OutOfSampleStep> = {}): OutOfSampleStep {
  return {
    name: String(k + 1),
    train: [span(30 * k, 30 * k + 60)],
    test: [span(30 * k + 60, 30 * k + 90)],
    params: { fast: 10 + k, mode: 'a<b' },
    inSample: { profit: 0.21, drawdown: 0.1, trades: 50 },
    out: { profit: -0.05, drawdown: 0.08, trades: 20 },
    asItIs: { profit: 0.01, drawdown: 0.02, trades: 5 },
    ...more,
  };
}

const data: OutOfSamplePage = {
  title: 'Mine <script>: walk-forward',
  lead: 'BTC/USDT',
  isSynthetic: false,
  chips: ['5m candles'],
  numbers: [{ name: 'Efficiency', value: '0.50', under: '1: nothing lost' }],
  word: 'window',
  steps: [step(0), step(1, { params: undefined, inSample: undefined, out: undefined }), step(2)],
  curves: [
    {
      name: 'tuned',
      colour: 'accent',
      time: Float64Array.from({ length: 90 }, (_, k) => START + k * DAY),
      equity: Float64Array.from({ length: 90 }, (_, k) => 1 - k / 1000),
    },
  ],
  notes: [],
};

it('draws the account, growth by month of each step and the numbers that were chosen; text is escaped', () => {
  const text = outOfSamplePage(data);
  expect(outOfSamplePage(data)).toBe(text);
  expect(text).not.toContain('Mine <script>');
  // 21 % in 60 days are 10 % in 30.
  expect(text).toContain('in sample: 1, 10.0 %');
  expect(text).toContain('out of sample: 3, -5.0 %');
  expect(text).toContain('<h3>fast</h3>');
  expect(text).not.toContain('<h3>mode</h3>');
  expect(text).toContain('mode a&lt;b');
  expect(text).toContain('none feasible');
  expect(text).toContain('2024-01-08');
});

it('names the beginnings of a test of several parts', () => {
  const parts = [span(0, 10), span(20, 30)];
  expect(outOfSamplePage({ ...data, steps: [step(0, { test: parts }), step(1)] })).toContain(
    'from 2024-01-01, 2024-01-21',
  );
});
