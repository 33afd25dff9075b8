import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { summarize } from '../metrics/summarize.ts';
import { summarizeCurve } from '../metrics/summarize-curve.ts';
import { resultDocument } from './result-document.ts';

it('holds every point of a short curve', () => {
  const run = sampleRun({ candles: 500 });
  expect(resultDocument(run, summarize(run), []).equity).toHaveLength(500);
});

it('thins out a long curve so that its ratios and drawdowns can still be computed from it', () => {
  const run = sampleRun({ candles: 21_000, candleMs: 300_000, pairs: ['BTC/USDT'] });
  const summary = summarize(run);
  const { equity } = resultDocument(run, summary, []);
  expect(equity.length).toBeLessThan(11_000);
  const [time, value] = [0, 1].map((k) => Float64Array.from(equity, (point) => point[k]!)) as [
    Float64Array,
    Float64Array,
  ];
  expect([...time]).toEqual([...time].sort((a, b) => a - b));
  const { startingBalance: startBalance, from: startTime } = run.inputs;
  const again = summarizeCurve(time, value, { startBalance, startTime, periodsPerYear: 365 }).summary;
  const { ulcerIndex: _, longestDrawdownMs: __, ...rest } = summary.account;
  expect(again).toMatchObject({ ...rest, drawdowns: again.drawdowns });
  expect(again.drawdowns[0]).toEqual(summary.account.drawdowns[0]);
});
