import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stepCandles } from '../step-candles.ts';
import { type ColumnSet, candleColumns, pickRows } from '../store/column-set.ts';
import { findIssues } from './find-issues.ts';
import { repairRows } from './repair.ts';
import { median, robustDeviation } from './robust.ts';

const KEY = { exchange: 'binance', pair: 'BTC/USDT', type: 'candles', timeframe: '1m' } as const;
const START = Date.UTC(2024, 0, 1);
const good = (length = 100): ColumnSet => candleColumns(stepCandles(START, length, 60_000));
const kinds = (set: ColumnSet) => findIssues(KEY, set).map(({ kind, row, count }) => [kind, row, count]);

it('finds nothing in good candles', () => expect(kinds(good())).toEqual([]));

it('places gaps, doubles and disorder', () => {
  const set = good(20);
  expect(kinds(pickRows(set, [0, 1, 2, 6, 7]))).toEqual([['gap', 3, 3]]);
  expect(kinds(pickRows(set, [0, 1, 1, 2]))).toEqual([['duplicate', 2, 1]]);
  // No candle is missing there.
  expect(kinds(pickRows(set, [0, 2, 1, 3]))).toEqual([['disorder', 2, 1]]);
  expect(kinds(pickRows(set, [0, 3, 1]))).toEqual([
    ['disorder', 2, 1],
    ['gap', 2, 1],
  ]);
  expect(findIssues(KEY, pickRows(set, [0, 1, 2, 6]))[0]!.what).toBe(
    '3 1m candles are missing from 2024-01-01 00:03:00 UTC',
  );
});

it.each([
  ['close', Number.NaN, 'not-a-number'],
  ['low', 0, 'not-positive'],
  ['open', -3, 'not-positive'],
  ['volume', -1, 'negative'],
  ['high', 1, 'inconsistent'],
  ['time', START + 5 * 60_000 + 1, 'misaligned'],
])('finds a %s of %s', (column, value, kind) => {
  const set = good(20);
  set.columns[column]![5] = value;
  expect(kinds(set).filter(([k]) => k !== 'gap')).toEqual([[kind, 5, 1]]);
});

it('finds a price that jumps and comes back, and leaves it out when told to', () => {
  const set = good(200);
  for (const name of ['open', 'high', 'low', 'close']) set.columns[name]![50]! *= 30;
  expect(kinds(set)).toEqual([['outlier', 50, 1]]);
  expect(repairRows(KEY, set).set.length).toBe(200);
  expect(repairRows(KEY, set, { dropOutliers: true }).set.length).toBe(199);
});

it('does not take forex weekends for gaps', () => {
  const forex = { ...KEY, pair: 'EUR/USD', timeframe: '1h' };
  const friday = Date.UTC(2024, 0, 5, 21);
  const sunday = Date.UTC(2024, 0, 7, 22);
  const set = candleColumns(stepCandles(0, 2, 1));
  set.columns.time!.set([friday, sunday]);
  expect(findIssues(forex, set)).toEqual([]);
  set.columns.time!.set([friday - 3_600_000, sunday]);
  expect(findIssues(forex, set)).toMatchObject([{ kind: 'gap', count: 1, time: friday }]);
});

it('repairs what can be repaired, leaves out the rest, and then finds nothing but gaps', () => {
  const set = pickRows(good(30), [0, 1, 3, 2, 4, 4, 5, 6, 7, 8]);
  set.columns.volume![5] = 99;
  set.columns.close![7] = Number.NaN;
  set.columns.high![8] = 1;
  const { set: repaired, report } = repairRows(KEY, set);
  expect(report).toEqual({ sorted: 2, duplicates: 1, dropped: 1, widened: 1 });
  expect(findIssues(KEY, repaired).map(({ kind }) => kind)).toEqual(['gap']);
  // Of two rows with one time the later one stays.
  expect(repaired.columns.volume![4]).toBe(99);
});

it('finds quotes that are crossed, and payments of funding that are missing between others', () => {
  const set = good(20);
  const quotes = { bidClose: set.columns.close!.slice(), askClose: set.columns.close!.slice() };
  quotes.bidClose[7]! += 0.5;
  expect(kinds({ ...set, columns: { ...set.columns, ...quotes } })).toEqual([['inconsistent', 7, 1]]);
  const funding = { exchange: 'binance', pair: 'A/B:B', type: 'funding', timeframe: null } as const;
  const gaps = (hours: readonly number[]) => {
    const time = Float64Array.from(hours, (h) => START + h * 3_600_000);
    const rate = new Float64Array(hours.length);
    return findIssues(funding, { length: hours.length, columns: { time, rate } }).map(({ what }) => what);
  };
  expect(gaps([0, 8, 16, 40, 48])).toEqual(['2 payments are missing from 2024-01-02 00:00:00 UTC']);
  expect(gaps([0, 4, 8, 12, 20, 28, 36])).toEqual([]);
});

it('finds the median as sorting does', () => {
  const values = fc.array(fc.double({ noDefaultInfinity: true }), { maxLength: 60 });
  const sortedMedian = (xs: readonly number[]) => {
    const finite = xs.filter((x) => !Number.isNaN(x)).toSorted((a, b) => a - b);
    const [low, high] = [finite[Math.ceil(finite.length / 2) - 1], finite[finite.length >> 1]];
    return low === undefined ? Number.NaN : finite.length % 2 === 1 ? high! : (low + high!) / 2;
  };
  fc.assert(
    fc.property(values, (xs) => {
      expect(median(Float64Array.from(xs)) + 0).toBe(sortedMedian(xs) + 0);
    }),
  );
});

it('checks values of events', () => {
  const funding = { ...KEY, type: 'funding', timeframe: null } as const;
  const set = { length: 3, columns: { time: Float64Array.of(1, 2, 2), rate: Float64Array.of(-0.1, Number.NaN, 0) } };
  expect(findIssues(funding, set).map(({ kind, row }) => [kind, row])).toEqual([
    ['not-a-number', 1],
    ['duplicate', 2],
  ]);
});

it('measures deviation that outliers cannot move', () => {
  const xs = Float64Array.of(1, 2, 3, 4, 5, 1e9);
  expect(robustDeviation(xs)).toBeCloseTo(1.4826 * 1.5, 12);
});
