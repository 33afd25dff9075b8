import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { groupTrades } from './group-trades.ts';
import { tradeColumns } from './trade-measures.ts';

const { trades } = sampleRun({ candles: 2000 });

it('splits trades by key and keeps every one', () => {
  const groups = groupTrades(trades, tradeColumns(trades), (t) => t.exitReason, 10_000);
  expect(groups.map((g) => g.key).toSorted()).toEqual([...new Set(trades.map((t) => t.exitReason))].toSorted());
  expect(groups.reduce((sum, g) => sum + g.fees, 0)).toBeCloseTo(
    trades.reduce((sum, t) => sum + t.fees, 0),
    9,
  );
});

it('measures the members', () => {
  const [a, b] = trades as [(typeof trades)[0], (typeof trades)[0]];
  const pair = [
    { ...a, profitAbs: 30, profitRatio: 0.03 },
    { ...b, profitAbs: -10, profitRatio: -0.01 },
  ];
  const [group] = groupTrades(pair, tradeColumns(pair), () => 'all', 1000);
  expect(group).toMatchObject({
    key: 'all',
    trades: 2,
    wins: 1,
    losses: 1,
    winRate: 0.5,
    profitAbs: 20,
    best: 30,
    worst: -10,
  });
  expect(group!.profitFactor).toBe(3);
  expect(group!.profitShare).toBe(0.02);
  expect(group!.averageProfitRatio).toBeCloseTo(0.01, 15);
});

it('has no groups without trades', () => {
  expect(groupTrades([], tradeColumns([]), (t) => t.pair, 1)).toEqual([]);
});
