import { expect, it } from 'vitest';
import { checkCommonTimeframe, detailOf, timeframe } from './timeframe.ts';

it('a detail is what was asked for where it makes up the timeframe, else none', () => {
  expect(detailOf('1m', '5m')).toBe('1m');
  expect(detailOf('1h', '1M')).toBe('1h');
  expect(detailOf('5m', '5m')).toBe(null);
  expect(detailOf(undefined, '5m')).toBe(null);
});

it('a detail is refused where it is longer than a candle or does not make it up', () => {
  expect(() => detailOf('1h', '5m')).toThrow(/CONFIG_VALUE: a detail of 1h is longer than 5m/);
  expect(() => detailOf('3m', '5m')).toThrow(/a detail of 3m does not make up 5m/);
  expect(() => detailOf('tick:500', '5m')).toThrow(/does not end by the clock/);
  expect(() => detailOf('soon', '5m')).toThrow(/TIMEFRAME_VALUE/);
});

it.each([
  ['1H', '1h'],
  ['5min', '5m'],
  ['15', '15m'],
  ['1day', '1d'],
  ['3 months', '3M'],
  ['1mo', '1M'],
])('what other programs write as %s is told as ours', (theirs, ours) => {
  expect(() => timeframe(theirs)).toThrow(`TIMEFRAME_VALUE: "${theirs}" is not a timeframe. Did you mean "${ours}"?`);
});

it('a word that is no length has no such hint', () => {
  expect(() => timeframe('soon')).toThrow('"soon" is not a timeframe. Use a count');
});

it.each([
  ['7m', '"7m" candles do not make up a day, and no exchange has them. Use one that does, such as 6m.'],
  ['7h', 'such as 6h.'],
  ['36h', '"36h" candles do not make up a day'],
  ['5M', '"5M" is 5 months, which no exchange has as a candle. M is a month, m a minute: did you mean "5m"?'],
  ['60m', '"60m" has another name. Write 1h.'],
  ['120s', 'Write 2m.'],
  ['1440m', 'Write 1d.'],
  ['24h', 'Write 1d.'],
])('no exchange has %s', (name, message) => {
  expect(() => checkCommonTimeframe(name)).toThrow(`TIMEFRAME_VALUE: `);
  expect(() => checkCommonTimeframe(name)).toThrow(message);
});

it.each([
  '1s',
  '5s',
  '1m',
  '3m',
  '45m',
  '90m',
  '1h',
  '8h',
  '12h',
  '1d',
  '3d',
  '1w',
  '2w',
  '1M',
  '3M',
  '12M',
  'vol:1000',
])('an exchange may have %s', (name) => {
  expect(() => checkCommonTimeframe(name)).not.toThrow();
});
