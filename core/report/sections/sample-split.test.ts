import { expect, it } from 'vitest';
import { sampleRun } from '../../../tests/fixtures/report/sample-run.ts';
import { signedPercent } from '../format.ts';
import { sampleSplit } from './sample-split.ts';

it('splits a run so that both parts compound to the whole, each trade on one side', () => {
  const run = sampleRun({ candles: 24 * 40 });
  const at = run.inputs.from + 20 * 86_400_000;
  const { markup } = sampleSplit(run, at);
  const balance = run.equity.equity[20 * 24 - 1]!;
  expect(markup).toContain(signedPercent(balance / 10_000 - 1));
  expect(markup).toContain(signedPercent(run.finalBalance / balance - 1));
  const before = run.trades.filter((t) => t.closeTime <= at).length;
  expect(markup).toContain(
    `<td class="text">Trades closed</td><td>${before}</td><td>${run.trades.length - before}</td>`,
  );
});
