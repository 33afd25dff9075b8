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
