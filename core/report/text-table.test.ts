import { expect, it } from 'vitest';
import { textTable } from './text-table.ts';

it('sets text to the left and numbers to the right, with a rule under the heads', () => {
  const table = textTable(['name', 'n', 'share']);
  table.push(['a', 12, '3 %'], ['longer']);
  expect(table.length).toBe(2);
  expect(table.toString().split('\n')).toEqual([
    ' name      n   share ',
    '─────────────────────',
    ' a        12     3 % ',
    ' longer              ',
  ]);
});

it('has a rule only above rows, and every column to the right where none is text', () => {
  expect(textTable(['a', 'b']).toString()).toBe(' a   b ');
  const table = textTable(['a', 'b'], 0);
  table.push(['10', '']);
  expect(table.toString()).toBe('  a   b \n────────\n 10     ');
});

it('counts columns as a terminal shows them: colours none, East Asian letters and pictures two', () => {
  const table = textTable(['text', 'n']);
  table.push(['\u001b[32mok\u001b[39m', 1], ['日本語', 2], ['e\u0301🚀×', 3]);
  expect(table.toString().split('\n').slice(2)).toEqual([
    ' \u001b[32mok\u001b[39m       1 ',
    ' 日本語   2 ',
    ' e\u0301🚀×     3 ',
  ]);
});

it('gives a cell of several lines as many, and lets a note run on over the columns after it', () => {
  const table = textTable(['text', 'n', 'm']);
  table.push(['one\ntwo', 1, 22], ['x', { note: 'cannot be run' }]);
  expect(table.toString().split('\n')).toEqual([
    ' text   n           m ',
    '──────────────────────',
    ' one    1          22 ',
    ' two                  ',
    ' x      cannot be run ',
  ]);
});
