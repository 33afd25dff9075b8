import { expect, it } from 'vitest';
import { asOfJoin } from './as-of.ts';
import { column } from './column.ts';
import { GridData } from './grid-data.ts';

it('takes the last row known by then: one that becomes known at that very moment counts', () => {
  const from = GridData.whole('from', { rate: Float64Array.of(1, 2, 3) }, Float64Array.of(10, 20, 30));
  const to = GridData.whole('to', {}, Float64Array.of(5, 10, 19, 30, 99));
  const out = column(new Float64Array(5));
  const join = asOfJoin(from, from.fields.get('rate')!, to, out);
  join.advance(0, 2);
  join.advance(2, 5);
  expect([...out.values]).toEqual([Number.NaN, 1, 1, 3, 3]);
});

it('goes by absolute rows where both grids have slid', () => {
  const source = GridData.growing('source', ['rate'], 4, 2);
  const target = GridData.growing('target', [], 4, 2);
  const out = target.attach();
  const join = asOfJoin(source, source.fields.get('rate')!, target, out);
  const seen: number[] = [];
  // A source row every 20, a target row every 10: each one sees the last row known by then.
  for (let k = 0; k < 12; k++) {
    if (k % 2 === 0) {
      const row = source.grow();
      source.available.values[row] = k * 10;
      source.fields.get('rate')!.values[row] = k;
    }
    target.available.values[target.grow()] = k * 10 + 5;
    join.advance(target.end - 1, target.end);
    seen.push(out.values[target.end - 1 - out.base]!);
  }
  expect(target.available.base).toBeGreaterThan(0);
  expect(seen).toEqual([0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10]);
});
