import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  clip,
  counted,
  dateTime,
  duration,
  fall,
  money,
  number,
  percent,
  price,
  signedMoney,
  signedPercent,
} from './format.ts';

it('shows undefined numbers as a dash', () => {
  for (const show of [number, percent, money, price, duration, dateTime, signedMoney])
    expect(show(Number.NaN)).toBe('–');
});

it('shows money with as many decimals as it needs', () => {
  expect(money(1234567.891)).toBe('1,234,567.89');
  expect(money(0.00055861)).toBe('0.0005586');
  expect(signedMoney(-3)).toBe('-3.00');
  expect(signedMoney(3)).toBe('+3.00');
});

it('never shows a negative zero', () => {
  expect(number(-0.001)).toBe('0.00');
  expect(signedPercent(-0.0000001)).toBe('0.00 %');
});

it('shows times in two units', () => {
  expect(duration(90_000)).toBe('1 min 30 s');
  expect(duration(3_600_000)).toBe('1 h');
  expect(duration(26.5 * 3_600_000)).toBe('1 d 2 h');
  expect(duration(12)).toBe('12 ms');
  expect(dateTime(Date.UTC(2024, 2, 5, 2))).toBe('2024-03-05 02:00');
  expect(dateTime(Date.UTC(2024, 2, 5, 2, 0, 7))).toBe('2024-03-05 02:00:07');
});

it('cuts long text and says so', () => {
  expect(clip('abcdef', 4)).toBe('abc…');
  expect(clip('abcd', 4)).toBe('abcd');
});

it('rounds as Intl does, half-way decimals included', () => {
  const digits = fc.integer({ min: 0, max: 8 });
  const decimals = fc.tuple(fc.integer({ min: -2e9, max: 2e9 }), fc.integer({ min: 0, max: 9 }));
  const values = fc.oneof(
    fc.double({ min: -9e14, max: 9e14, noNaN: true }),
    fc.double({ min: -1e7, max: 1e7, noNaN: true }),
    decimals.map(([whole, places]) => whole / 10 ** places),
  );
  fc.assert(
    fc.property(values, digits, (value, count) => {
      const format = new Intl.NumberFormat('en-US', { minimumFractionDigits: count, maximumFractionDigits: count });
      expect(number(value, count)).toBe(format.format(value).replace(/^-(?=[0.,]+$)/, ''));
    }),
    {
      numRuns: 500,
      examples: [
        [1.005, 2],
        [-2.5, 0],
        [999999.995, 2],
        [5e-7, 6],
        [1000, 0],
        [-1234.5, 1],
      ],
    },
  );
});

it('writes what no table has room for by its powers of ten', () => {
  expect([number(999e12, 0), number(1e15), percent(1.849e43), signedMoney(-3e20)]).toEqual([
    '999,000,000,000,000',
    '1.00e15',
    '1.85e45 %',
    '-3.00e20',
  ]);
});

it('counts one thing and several', () => {
  expect([0, 1, 2].map((n) => counted(n, 'trade'))).toEqual(['0 trades', '1 trade', '2 trades']);
});

it('shows drawdowns below zero, and none as zero', () => {
  expect([fall(0.125), fall(0), fall(Number.NaN)]).toEqual(['-12.50 %', '0.00 %', '–']);
});
