import { expect, it } from 'vitest';
import { type AnyFeature, runFeature } from '../feature.ts';
import {
  dayOfMonth,
  dayOfWeek,
  fundingClock,
  hourCycle,
  hourOfDay,
  month,
  newYorkHour,
  sessionFlags,
  weekend,
} from './calendar.ts';
import { dayOf, daysOf, monthOf, yearOf } from './civil-date.ts';

const at = (feature: AnyFeature, ...times: string[]) =>
  runFeature(feature.definition, {}, [Float64Array.from(times, (t) => Date.parse(t))]).map((o) => [...o]);

it('agrees with the platform calendar on every day of two centuries', () => {
  for (let days = -40_000; days < 40_000; days++) {
    const date = new Date(days * 86_400_000);
    const want = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
    expect({ year: yearOf(days), month: monthOf(days), day: dayOf(days) }).toEqual(want);
    expect(daysOf(want.year, want.month, want.day)).toBe(days);
  }
});

it('reads days, months and weekends', () => {
  const times = ['2024-02-29T23:55Z', '2024-03-01T00:00Z', '2024-03-02T12:00Z', '1970-01-01T00:00Z'];
  expect(at(dayOfMonth, ...times)).toEqual([[29, 1, 2, 1]]);
  expect(at(month, ...times)).toEqual([[2, 3, 3, 1]]);
  expect(at(dayOfWeek, ...times)).toEqual([[3, 4, 5, 3]]);
  expect(at(weekend, ...times)).toEqual([[0, 0, 1, 0]]);
  expect(at(hourOfDay, ...times)).toEqual([[23, 0, 12, 0]]);
});

it('follows daylight saving in New York', () => {
  const times = [
    '2024-03-10T06:59Z',
    '2024-03-10T07:00Z',
    '2024-11-03T05:59Z',
    '2024-11-03T06:00Z',
    '2024-07-01T21:00Z',
  ];
  expect(at(newYorkHour, ...times)).toEqual([[1, 3, 1, 1, 17]]);
});

it('opens sessions at their hour and closes them before their end', () => {
  const [asia, europe, us] = at(
    sessionFlags,
    '2024-01-02T08:59Z',
    '2024-01-02T09:00Z',
    '2024-01-02T15:00Z',
    '2024-01-02T22:00Z',
  );
  expect([asia, europe, us]).toEqual([
    [1, 0, 0, 0],
    [1, 1, 1, 0],
    [0, 0, 1, 0],
  ]);
});

it('closes the circle of the day and counts the funding interval', () => {
  const [sin, cos] = at(hourCycle, '2024-01-02T06:00Z', '2024-01-02T12:00Z');
  expect(sin![0]).toBe(1);
  expect(cos![1]).toBe(-1);
  expect(at(fundingClock, '2024-01-02T08:00Z', '2024-01-02T14:00Z')).toEqual([[0, 0.75]]);
});
