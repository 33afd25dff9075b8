import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GridData } from '../../columns/grid-data.ts';
import { checkFeature } from '../../testing/feature-contract.ts';
import { ema } from '../overlap/ema.ts';
import { FeaturePlan } from '../plan.ts';
import { expression, gridKey, type Series, source } from '../series.ts';
import { EXPRESSION } from './expression.ts';
import { barsSince, crossOver, crossUnder, highestSince, iff, lowestSince, nz, valueWhen } from './functions.ts';
import { OPERATIONS, type Program } from './program.ts';

const GRID = { pair: 'A/B', timeframe: '1m', type: 'candles' };
const a = source(GRID, 'a');
const b = source(GRID, 'b');
const c = source(GRID, 'c');

function run(series: Series, fields: Readonly<Record<string, readonly number[]>>): number[] {
  const columns = Object.fromEntries(Object.entries(fields).map(([name, x]) => [name, Float64Array.from(x)]));
  const rows = Object.values(columns)[0]!.length;
  const data = GridData.whole(
    gridKey(GRID),
    columns,
    Float64Array.from({ length: rows }, (_, i) => i),
  );
  const plan = new FeaturePlan(() => data, '1m');
  const column = plan.add(series);
  plan.advance();
  return [...column.values];
}
const { NaN: na } = Number;

describe('arithmetic', () => {
  const x = { a: [1, -4, 9, na], b: [2, 0, 3, 1] };
  it.each<[string, Series, number[]]>([
    ['add', a.add(b), [3, -4, 12, na]],
    ['sub', a.sub(1), [0, -5, 8, na]],
    ['mul', a.mul(b), [2, -0, 27, na]],
    ['div, NaN where not finite', a.div(b), [0.5, na, 3, na]],
    ['neg', a.neg(), [-1, 4, -9, na]],
    ['abs', a.abs(), [1, 4, 9, na]],
    ['sqrt', a.sqrt(), [1, na, 3, na]],
    ['log', a.log(), [0, na, Math.log(9), na]],
    ['log of 0', b.sub(b).log(), [na, na, na, na]],
    ['pow', a.pow(2), [1, 16, 81, na]],
    ['min', a.min(b), [1, -4, 3, na]],
    ['max', a.max(0), [1, 0, 9, na]],
    ['clip', a.clip(-1, b), [1, -1, 3, na]],
    ['gt', a.gt(b), [0, 0, 1, na]],
    ['gte', a.gte(1), [1, 0, 1, na]],
    ['lt', a.lt(b), [1, 1, 0, na]],
    ['lte', a.lte(1), [1, 1, 0, na]],
    ['eq', a.eq(9), [0, 0, 1, na]],
    ['and', a.gt(0).and(b), [1, 0, 1, na]],
    ['or', a.lt(0).or(b), [1, 1, 1, na]],
    ['not', b.not(), [0, 1, 0, 0]],
    ['nz', nz(a, 7), [1, -4, 9, 7]],
    ['nz of 0', nz(a), [1, -4, 9, 0]],
    ['iff, the other branch may be NaN', iff(b.gt(1), b, a), [2, -4, 3, na]],
  ])('%s', (_, series, want) => {
    expect(run(series, x)).toEqual(want);
  });
});

describe('memory', () => {
  it('shift gives earlier rows, and starts anew after a NaN', () => {
    expect(run(a.shift(2), { a: [1, 2, 3, 4, na, 5, 6, 7] })).toEqual([na, na, 1, 2, na, na, na, 5]);
    expect(a.shift(0)).toBe(a);
  });

  it('crossOver and crossUnder mark the row of the crossing, touching included', () => {
    const x = { a: [1, 2, 3, 2, 1, 1, 3], b: [2, 2, 2, 2, 2, 2, 2] };
    expect(run(crossOver(a, b), x)).toEqual([na, 0, 1, 0, 0, 0, 1]);
    expect(run(crossUnder(a, 2), x)).toEqual([na, 0, 0, 0, 1, 0, 0]);
  });

  it('barsSince counts from the row where the condition holds', () => {
    expect(run(barsSince(a), { a: [0, 1, 0, 0, 1, 1, 0, na, 0, 1] })).toEqual([na, 0, 1, 2, 0, 0, 1, na, na, 0]);
  });

  it('valueWhen finds the occurrence asked for', () => {
    const x = { a: [1, 0, 1, 0, 1, 0], b: [10, 11, 12, 13, 14, 15] };
    expect(run(valueWhen(a, b), x)).toEqual([10, 10, 12, 12, 14, 14]);
    expect(run(valueWhen(a, b, 1), x)).toEqual([na, na, 10, 10, 12, 12]);
    expect(run(valueWhen(a, b, 2), x)).toEqual([na, na, na, na, 10, 10]);
  });

  it('highestSince and lowestSince begin with the row of the condition', () => {
    const x = { a: [0, 1, 0, 0, 1, 0], b: [9, 5, 7, 6, 3, 2] };
    expect(run(highestSince(a, b), x)).toEqual([na, 5, 7, 7, 3, 3]);
    expect(run(lowestSince(a, b), x)).toEqual([na, 5, 5, 5, 3, 2]);
  });
});

describe('joining', () => {
  it('a tree of operations is one computation over its leaves, equal steps kept once', () => {
    const d = a.sub(b);
    const { node } = d.div(d.abs()).add(a.sub(b));
    expect(node.kind === 'feature' && node.options.program).toEqual([
      ['x', 0],
      ['x', 1],
      ['sub', 0, 1],
      ['abs', 2],
      ['div', 2, 3],
      ['add', 4, 2],
    ]);
  });

  it('expressions written alike are one series, others are not', () => {
    expect(a.sub(b).div(2).key).toBe(a.sub(b).div(2).key);
    expect(a.sub(b).key).not.toBe(b.sub(a).key);
    expect(a.shift(1).key).not.toBe(a.shift(2).key);
    expect(a.mul(0).key).not.toBe(a.mul(1).key);
  });

  it('an expression repeats no matter how deep, and stays correct beyond the longest loop', () => {
    let deep = a;
    for (let i = 0; i < 300; i++) deep = deep.add(1).max(b);
    expect(run(deep, { a: [0, 10], b: [5, 400] })).toEqual([304, 699]);
  });

  it('features read expressions, and expressions features', () => {
    const values = { a: [1, 2, 3, 4, 5, 6], b: [1, 1, 1, 1, 1, 1] };
    expect(run(ema(a.sub(b), 3).mul(2), values)).toEqual([na, na, 2, 4, 6, 8]);
  });

  it('joined gives the same bits as one at a time', () => {
    const number = fc.oneof(fc.double({ min: -50, max: 50, noNaN: true }), fc.constantFrom(0, na, 1));
    const step = fc.record({
      op: fc.constantFrom(...Object.keys(OPERATIONS).filter((name) => name !== 'x' && name !== 'const')),
      at: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
      n: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.array(number, { minLength: 90, maxLength: 90 }), (steps, x) => {
        const fields: Record<string, number[]> = { a: x.slice(0, 30), b: x.slice(30, 60), c: x.slice(60) };
        const joined: Series[] = [a, b, c];
        for (const [k, { op, at, n }] of steps.entries()) {
          const { operands, literals } = OPERATIONS[op]!;
          const places = at.slice(0, operands).map((p) => p % joined.length);
          const numbers = Array.from({ length: literals }, () => n);
          joined.push(
            expression(
              op,
              places.map((p) => joined[p]!),
              numbers,
            ),
          );
          const names = ['a', 'b', 'c', ...steps.map((_, j) => `s${j}`)];
          const alone = expression(
            op,
            places.map((p) => source(GRID, names[p]!)),
            numbers,
          );
          fields[`s${k}`] = run(alone, fields);
          expect(run(joined.at(-1)!, fields)).toEqual(fields[`s${k}`]);
        }
      }),
      { numRuns: 60, seed: 4 },
    );
  });
});

describe('laws and refusals', () => {
  const programs: Record<string, Program> = {
    arithmetic: [
      ['x', 0],
      ['x', 1],
      ['sub', 0, 1],
      ['abs', 2],
      ['const', 3],
      ['div', 3, 4],
    ],
    conditions: [
      ['x', 0],
      ['x', 1],
      ['gt', 0, 1],
      ['not', 2],
      ['iff', 2, 0, 1],
      ['and', 4, 3],
      ['nz', 5, 0],
    ],
    memory: [
      ['x', 0],
      ['x', 1],
      ['shift', 0, 5],
      ['crossOver', 2, 1],
      ['shift', 3, 2],
      ['max', 4, 2],
    ],
    since: [
      ['x', 0],
      ['x', 1],
      ['gte', 0, 0],
      ['valueWhen', 2, 1, 0],
      ['highestSince', 2, 3],
      ['lowestSince', 2, 4],
      ['barsSince', 5],
      ['add', 6, 5],
    ],
  };
  it.each(Object.entries(programs))('%s obeys the law of kernels', (_, program) => {
    const wave = (k: number) =>
      Float64Array.from({ length: 700 }, (_, i) => 2 + Math.sin(i * (k + 1) * 0.37) + 0.3 * Math.cos(i));
    expect(checkFeature({ definition: EXPRESSION }, { options: { program }, inputs: [wave(0), wave(1)] })).toEqual([]);
  });

  it('refuses what cannot be computed', () => {
    expect(() => a.shift(-1)).toThrow(/shift cannot take -1 rows/);
    expect(() => a.shift(1.5)).toThrow(/shift cannot take 1.5 rows/);
    expect(() => valueWhen(a, b, -1)).toThrow(/occurrence -1/);
    expect(() => a.add(undefined as never)).toThrow(/add got undefined/);
    expect(() => a.add('close' as never)).toThrow(/add got "close"/);
    expect(() => crossOver(1, 2)).toThrow(/crossOver got no series/);
    expect(() => a.add(source({ ...GRID, timeframe: '1h' }, 'a'))).toThrow(/A\/B\|1m\|candles and A\/B\|1h\|candles/);
    const make = (program: Program) => () => EXPRESSION.create({ program } as never, [], []);
    expect(
      make([
        ['x', 0],
        ['sbu', 0, 0],
      ]),
    ).toThrow(/"sbu"/);
    expect(
      make([
        ['x', 0],
        ['sub', 0, 1],
      ]),
    ).toThrow(/refers to step 1/);
    expect(make([])).toThrow(/no steps/);
  });
});
