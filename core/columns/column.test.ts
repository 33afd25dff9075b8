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

it('gives memory out again for lengths that fit into it and hardly need less', () => {
  const pool = new ColumnPool();
  const a = pool.take(100_000);
  pool.give(a);
  expect(addressOf(pool.take(50_000))).not.toBe(addressOf(a));
  const b = pool.take(99_000);
  expect(b).toHaveLength(99_000);
  expect(addressOf(b)).toBe(addressOf(a));
  // What is out is not given a second time, and an array is taken back once.
  expect(addressOf(pool.take(99_000))).not.toBe(addressOf(a));
  pool.give(b);
  pool.give(b);
  expect([pool.take(99_000), pool.take(99_000)].filter((x) => addressOf(x) === addressOf(a))).toHaveLength(1);
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
  while (addressOf(pool.take(1_000_000)) >= 0);
  const held = pool.take(1_000_000);
  expect(addressOf(held)).toBe(-1);
  pool.give(held);
  expect(pool.take(1_000_000).buffer).not.toBe(held.buffer); // more than it may keep
});
