import { expect, it } from 'vitest';
import { column } from '../../columns/column.ts';
import { placeColumn } from '../../columns/column-memory.ts';
import { seeded } from '../../foundation/rng.ts';
import { firstDifference } from '../../testing/feature-contract.ts';
import { EXPRESSION } from './expression.ts';
import { OPERATIONS, type Program } from './program.ts';

const ROWS = 301;
/** Values at which operations change their minds. */
const ODD = [0, -0, 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, 5e-324];

function inputs(count: number): Float64Array[] {
  const rng = seeded('vectors');
  return Array.from({ length: count }, () =>
    Float64Array.from({ length: ROWS }, () => (rng.next() < 0.7 ? ODD[rng.int(ODD.length)]! : rng.normal())),
  );
}

/** The values in plain memory, row by row, and those in the column memory, all at once. */
function bothWays(program: Program, columns: readonly Float64Array[]): [Float64Array, Float64Array] {
  const results = [false, true].map((isPlaced) => {
    const make = (values: Float64Array) => {
      const place = isPlaced ? placeColumn(ROWS)! : new Float64Array(ROWS);
      place.set(values);
      return column(place);
    };
    const output = make(new Float64Array(ROWS));
    const kernel = EXPRESSION.create({ program } as never, columns.map(make), [output]);
    if (isPlaced) kernel.advance(0, ROWS);
    else for (let i = 0; i < ROWS; i++) kernel.advance(i, i + 1);
    return output.values;
  });
  return results as [Float64Array, Float64Array];
}

const plain = Object.entries(OPERATIONS).filter(([name, { text }]) => text && name !== 'x' && name !== 'const');

it.each(plain)('%s gives the same bits in vectors and row by row', (name, { operands }) => {
  const program: Program = [
    ...Array.from({ length: operands }, (_, k) => ['x', k] as const),
    [name, ...Array.from({ length: operands }, (_, k) => k)],
  ];
  const [want, got] = bothWays(program, inputs(operands));
  expect(firstDifference(want, got)).toBe(-1);
});

it('takes constants and many inputs', () => {
  const count = 40;
  const program: (readonly [string, ...number[]])[] = [
    ['const', 0.25],
    ['x', 0],
  ];
  let sum = 1;
  for (let k = 1; k < count; k++) {
    program.push(['x', k], ['gt', program.length, 0], ['add', sum, program.length + 1]);
    sum = program.length - 1;
  }
  const [want, got] = bothWays(program, inputs(count));
  expect(firstDifference(want, got)).toBe(-1);
});
