import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { hashColumn, hashColumns, hashParts } from './content-hash.ts';
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

it('is of one NaN and one zero, in whatever block they are, and the same for a view and for shared memory', () => {
  const rows = 20_000;
  const hashOf = (column: Float64Array) => {
    const hash = createHash('sha256');
    hashColumn(hash, column);
    return hash.digest('hex');
  };
  const shared = new Float64Array(new SharedArrayBuffer(8 * (rows + 3))).subarray(3) as unknown as Float64Array;
  for (let i = 0; i < rows; i++) shared[i] = 100 + i / 7;
  const plain = Float64Array.from(shared);
  expect(hashOf(plain)).toBe(createHash('sha256').update(new Uint8Array(plain.buffer)).digest('hex'));
  expect(hashOf(shared)).toBe(hashOf(plain));
  for (const at of [0, 8191, 8192, rows - 1]) {
    const [zero, negative, nan, odd] = [0, -0, Number.NaN, Number.NaN].map((x) => plain.with(at, x));
    new BigUint64Array(odd!.buffer)[at] = 0xfff8_0000_0000_0001n;
    expect(hashOf(negative!)).toBe(hashOf(zero!));
    expect(hashOf(odd!)).toBe(hashOf(nan!));
    expect(hashOf(nan!)).not.toBe(hashOf(zero!));
  }
});
