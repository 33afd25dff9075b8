import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { RowSpool } from './row-spool.ts';

const folder = mkdtempSync(join(tmpdir(), 'row-spool-'));
afterAll(() => rmSync(folder, { recursive: true }));
const set = (...rows: number[]) => ({
  length: rows.length,
  columns: { time: Float64Array.from(rows), price: Float64Array.from(rows, (x) => -x) },
  volumeKind: 'tick' as const,
});

it('gives back any rows of those that it was given, and leaves no file behind', () => {
  const spool = new RowSpool(folder);
  for (const piece of [set(0, 1, 2), set(), set(3), set(4, 5, 6, 7)]) spool.append(piece);
  expect(readdirSync(folder)).toEqual([]);
  for (let from = 0; from <= 8; from++)
    for (let to = from; to <= 8; to++)
      expect(spool.rows(from, to)).toEqual(set(...Array.from({ length: to - from }, (_, i) => from + i)));
  expect(Array.from(spool.column('price'))).toEqual([-0, -1, -2, -3, -4, -5, -6, -7]);
  expect([...spool.pieces()].map(({ length }) => length)).toEqual([3, 0, 1, 4]);
  spool.close();
});
