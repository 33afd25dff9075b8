import { expect, it } from 'vitest';
import { ColumnPool } from './column.ts';
import { addressOf, placeColumn } from './column-memory.ts';

it('hands out arrays of the column memory, zeroed at first, apart from one another', () => {
  const pool = new ColumnPool();
  const [a, b] = [pool.take(1000), pool.take(1000)];
  expect(a.length).toBe(1000);
  expect([...new Set(a)]).toEqual([0]);
  expect(addressOf(a)).toBe(a.byteOffset);
  expect(Math.abs(addressOf(a) - addressOf(b))).toBeGreaterThanOrEqual(8000);
  a.fill(1);
  b.fill(2);
  expect(a.every((x) => x === 1)).toBe(true);
});

it('gives a returned array out again for the same length only', () => {
  const pool = new ColumnPool();
  const a = pool.take(500);
  pool.give(a);
  expect(pool.take(501)).not.toBe(a);
  expect(pool.take(500)).toBe(a);
});

it('keeps old views good while the memory grows, and takes other arrays once it is full', () => {
  const first = placeColumn(10)!;
  first[3] = 7;
  const large = placeColumn(4_000_000)!;
  expect(large.length).toBe(4_000_000);
  expect(first[3]).toBe(7);
  expect(addressOf(first)).toBe(first.byteOffset);
  expect(placeColumn(300_000_000)).toBeUndefined();
  const elsewhere = new Float64Array(4);
  expect(addressOf(elsewhere)).toBe(-1);
  const pool = new ColumnPool(16);
  pool.give(elsewhere);
  expect(pool.take(4)).not.toBe(elsewhere); // more than it may keep
});
