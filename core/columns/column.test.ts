import { expect, it } from 'vitest';
import { ColumnPool } from './column.ts';
import { addressOf } from './column-memory.ts';

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
