import { expect, it } from 'vitest';
import type { SearchReport } from '../runtime/hyperopt/report-search.ts';
import { searchText } from './search-table.ts';

const metrics = { profit: 0.01, drawdown: 0.02, sharpe: 1, trades: 5, winRate: 1 };
const row = { name: 'as it is', trial: 0, params: {}, train: { values: [1], metrics }, test: undefined };
const report = (rows: readonly unknown[]) =>
  ({
    ...{ strategy: 'Mine', pairs: ['BTC/USDT'], timeframe: '1h', sampler: 'tpe', seed: 1, study: 'mine', notes: [] },
    ...{ train: { from: 0, to: 86_400_000 }, objectives: [{ name: 'sharpe' }], dataKind: 'real', rows },
    result: { trials: [{ state: 'complete' }], hash: 'h', front: [] },
    verdict: { words: 'Luck.', importance: [], neighbourhood: { neighbours: 0 }, trials: 1 },
  }) as unknown as SearchReport;

it('says why there is no best trial, and what to do, in place of judging one', () => {
  const text = searchText(report([row]));
  expect(text).toMatch(/No trial is feasible, so none is the best: .*--min-trades.*longer time range\./);
  expect(text).not.toContain('Luck.');
  expect(searchText(report([]))).toMatch(/No trial was completed and feasible: .*--max-drawdown/);
});

it('judges the best where there is one', () => {
  const text = searchText(report([row, { ...row, name: 'best' }]));
  expect(text).toContain('Luck.');
  expect(text).toContain(' -2.00 %');
  expect(text).not.toMatch(/No trial/);
});

it('has a column for each objective that is not in the table anyway', () => {
  const of = (name: string) => searchText({ ...report([row]), objectives: [{ name }] } as unknown as SearchReport);
  expect(of('calmar')).toMatch(/period +calmar +profit/);
  expect(of('sharpe')).toMatch(/period +profit +drawdown +Sharpe/);
});
