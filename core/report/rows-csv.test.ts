import { expect, it } from 'vitest';
import { rowsCsv } from './rows-csv.ts';

it('writes a header in snake case, times, quoted texts, objects and no formulas', () => {
  const rows = [
    { openedAt: 0, pair: 'A,B', note: '=1+1', amount: -0.1, data: { a: '"' }, none: null },
    { openedAt: Number.NaN, pair: 'C', note: 'x', amount: Number.NaN, data: null, none: undefined },
  ];
  expect(rowsCsv(rows, ['openedAt'])).toBe(
    `opened_at,pair,note,amount,data,none\r\n1970-01-01T00:00:00.000Z,"A,B",'=1+1,-0.1,"{""a"":""\\""""}",\r\n,C,x,,,\r\n`,
  );
});

it('is an empty header without rows', () => {
  expect(rowsCsv([], [])).toBe('\r\n');
});
