import { expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

it('counts a swap of neighbours as one step', () => {
  expect(editDistance('keley', 'kelly')).toBe(1);
  expect(editDistance('mcad', 'macd')).toBe(1);
});

it('suggests near names only', () => {
  expect(nearest('keley', ['kelly', 'fixed'])).toBe('kelly');
  expect(nearest('zzzzzz', ['kelly', 'fixed'])).toBeUndefined();
});

it('suggests the one name that begins with what was written', () => {
  const names = ['daily-loss-limit', 'low-profit-pairs', 'low-tide'];
  expect(nearest('daily-loss', new Set(names).values())).toBe('daily-loss-limit');
  expect(nearest('low', names)).toBeUndefined();
  expect(nearest('da', names)).toBeUndefined();
});

it('suggests the name that what was written begins with', () => {
  const names = ['show', 'backtest', 'hyperopt'];
  expect(nearest('backtesting', names)).toBe('backtest');
  expect(nearest('hyperopt-list', names)).toBe('hyperopt');
  expect(nearest('show-trades', names)).toBeUndefined();
});
