import { expect, it } from 'vitest';
import { hashColumns, hashParts } from './content-hash.ts';
import { joinParts, partOf } from './part.ts';

it('is the same for rows in parts as for the rows joined, where a part lacks a column too', () => {
  const rows = 20_000;
  const numbers = (from: number, k: number) => Float64Array.from({ length: rows }, (_, i) => (from + i) * k);
  const first = { length: rows, columns: { time: numbers(0, 1), close: numbers(0, -0.5) } };
  const second = {
    length: rows,
    columns: { time: numbers(rows, 1), close: numbers(rows, 0.1), taker: numbers(0, Number.NaN) },
  };
  const parts = () => [partOf(first, { from: 5 }), partOf(second, { to: rows + 9_000 })];
  expect(hashParts(parts())).toBe(hashColumns(joinParts(parts())));
  expect(hashParts(parts())).not.toBe(hashParts(parts().slice(0, 1)));
});
