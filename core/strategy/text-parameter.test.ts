import { describe, expect, test } from 'vitest';
import { checkParameter, text } from './parameters.ts';

describe('text parameters', () => {
  test('take any text, and a number as the text that it was', () => {
    expect(checkParameter('file', text(''), 'a/b.csv')).toBe('a/b.csv');
    expect(checkParameter('file', text(''), 2024)).toBe('2024');
  });

  test.each([[true], [null], [['a']]])('refuse %j', (value) => {
    expect(() => checkParameter('file', text(''), value)).toThrow(
      /PARAM_VALUE: parameter "file" cannot be .* Give a text\./,
    );
  });
});
