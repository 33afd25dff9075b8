import { describe, expect, it } from 'vitest';
import { append, empty, listOf, takeOut } from './short-list.ts';

describe('short lists', () => {
  it('are emptied in place', () => {
    const list = [1, 2, 3];
    empty(list);
    expect(list).toEqual([]);
  });

  it('begin with nothing in them', () => {
    expect(listOf<object>()).toEqual([]);
  });

  it('take one more, at the end', () => {
    const list = ['a'];
    append(list, 'b');
    expect(list).toEqual(['a', 'b']);
  });

  it('lose one item, wherever it stands, and keep the order of the rest', () => {
    for (const [item, rest] of [
      ['a', ['b', 'c']],
      ['b', ['a', 'c']],
      ['c', ['a', 'b']],
      ['d', ['a', 'b', 'c']],
    ] as const) {
      const list = ['a', 'b', 'c'];
      takeOut<string>(list, item);
      expect(list).toEqual(rest);
    }
  });
});
