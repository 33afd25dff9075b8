import { expect, it } from 'vitest';
import { ColumnPool } from './column.ts';
import { addressOf, placeColumn } from './column-memory.ts';

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
  while (addressOf(pool.take(1_000_000)) >= 0);
  const held = pool.take(1_000_000);
  expect(addressOf(held)).toBe(-1);
  pool.give(held);
  expect(pool.take(1_000_000).buffer).not.toBe(held.buffer); // more than it may keep
});
