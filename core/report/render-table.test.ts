import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { summarize } from '../metrics/summarize.ts';
import { renderTable } from './render-table.ts';

const run = sampleRun({ candles: 24 * 60 });
const summary = summarize(run);
const text = renderTable(summary, { useColor: false });

it('has a row per strategy, a row per pair, and the account beside buy-and-hold', () => {
  const starts = text.split('\n').map((line) => line.trim().split(/\s{2,}/)[0]);
  for (const name of [...run.inputs.strategies, ...run.inputs.pairs, 'account', 'buy and hold'])
    expect(starts).toContain(name);
  expect(text).toContain('Synthetic market');
  expect(text).toContain(run.hash);
});

it('has lines of equal width and no colour codes unless asked', () => {
  expect(text).not.toContain('\u001b');
  expect(renderTable(summary, { useColor: true })).toContain('\u001b[3');
  const rows = text.split('\n').filter((line) => /\d \d|%/.test(line) && line.startsWith(' '));
  expect(rows.length).toBeGreaterThan(5);
  expect(Math.max(...rows.map((r) => r.length))).toBeLessThanOrEqual(120);
});

it('cannot be made to move the cursor by a name', () => {
  const bad = { ...run, trades: run.trades.map((t) => ({ ...t, strategy: 'x\u001b[2Jy' })) };
  expect(renderTable(summarize(bad), { useColor: false })).toContain('x?[2Jy');
});

it('says why nothing was traded where signals were refused', () => {
  const none = { ...run, trades: [], rejected: { no_shorting: 2, below_minimum_amount: 1128 } };
  expect(renderTable(summarize(none), { useColor: false })).toContain(
    'No trades. Signals were refused: 1,128 × below minimum amount, 2 × no shorting. Raise stakeAmount: it buys less than the smallest order.',
  );
});

it('names strategies that never traded beside others that did', () => {
  const strategies = [...run.inputs.strategies, 'Idle'];
  const both = { ...run, inputs: { ...run.inputs, strategies }, rejected: { owned_by_other_strategy: 1125 } };
  expect(renderTable(summarize(both), { useColor: false })).toContain(
    'No trades of Idle. Signals of the run were refused: 1,125 × owned by other strategy. A pair belongs to the strategy that opened it; with netting: true each holds a position of its own.',
  );
  expect(text).not.toContain('No trades');
});

it('says so when nothing was traded', () => {
  const none = renderTable(summarize({ ...run, trades: [], rejected: {} }), { useColor: false });
  expect(none).toContain('No trades, and nothing was refused: no entry was signalled, or none filled.');
  expect(none).not.toMatch(/in the market|Sharpe ratio above zero|0 ms/);
  expect(none).toContain(run.hash);
  expect(none).not.toContain('NaN');
});

it('says what funding came to where there was any', () => {
  const paid = renderTable({ ...summary, funding: -12.5 }, { useColor: false });
  expect(paid).toMatch(/^fees [\d.,]+, funding -12\.50, in the market/m);
  expect(renderTable({ ...summary, funding: 0 }, { useColor: false })).not.toContain('funding');
});
