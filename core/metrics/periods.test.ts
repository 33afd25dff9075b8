import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { periods } from './periods.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const of = (...values: number[]) => Float64Array.from(values);

it('cuts at calendar months, a point at midnight closing the month before', () => {
  const time = of(at('2024-01-31T12:00'), at('2024-02-01T00:00'), at('2024-02-01T01:00'), at('2024-03-01T00:00'));
  const equity = of(105, 110, 100, 121);
  const months = periods({ time, equity, buyAndHold: of(100, 90, 99, 99), exposure: time }, [], 100, '1M');
  expect(months.map((m) => m.from)).toEqual([at('2024-01-01T00:00'), at('2024-02-01T00:00')]);
  expect(months.map((m) => Math.round(m.accountReturn * 1e6) / 1e6)).toEqual([0.1, 0.1]);
  expect(months[0]!.buyAndHoldReturn).toBeCloseTo(-0.1, 14);
  expect(months[1]!.change).toBe(11);
});

it('starts weeks on Monday', () => {
  const time = of(at('2024-01-07T23:00'), at('2024-01-08T01:00'));
  const weeks = periods({ time, equity: of(1, 2), buyAndHold: of(1, 1), exposure: time }, [], 1, '1w');
  expect(weeks.map((w) => w.from)).toEqual([at('2024-01-01T00:00'), at('2024-01-08T00:00')]);
});

it('counts a trade where the curve shows it: in the day that its candle lies in, the last ones at the end', () => {
  const [trade] = sampleRun({ candles: 300 }).trades;
  const days = ['01', '02', '03'].map((day) => at(`2024-01-${day}T00:00`));
  // Daily candles: a stop within the candle of the 1st is booked at its opening time, what is open at the end at its close.
  const trades = [days[0]!, days[1]!, days[2]!].map((closeTime, k) => ({ ...trade!, closeTime, profitAbs: k - 1 }));
  const curve = { time: of(days[1]!, days[2]!), equity: of(99, 100), buyAndHold: of(1, 1), exposure: of(0, 0) };
  const of1 = (length: '1d' | '1M') =>
    periods(curve, trades, 100, length).map(({ from, change, ...p }) => [from, change, p.trades, p.wins, p.profitAbs]);
  expect(of1('1d')).toEqual([
    [days[0], -1, 1, 0, -1],
    [days[1], 1, 2, 1, 1],
  ]);
  expect(of1('1M')).toEqual([[days[0], 0, 3, 1, 0]]);
});
