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
