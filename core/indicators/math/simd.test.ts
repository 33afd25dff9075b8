import { describe, expect, it } from 'vitest';
import { column } from '../../columns/column.ts';
import { scratchNumbers as numbers, placeColumn } from '../../columns/column-memory.ts';
import { seeded } from '../../foundation/rng.ts';
import { firstDifference, syntheticInputs } from '../../testing/feature-contract.ts';
import { type AnyFeature, parseOptions, runFeature } from '../feature.ts';
import { FEATURES } from '../library.ts';
import { max } from './max.ts';
import { min } from './min.ts';
import { simdFormula, slotAddress } from './simd.ts';
import { abs, add, constant, div, isGreater, mul, pmax, pmin, rows, select, slotRow, sub } from './simd-code.ts';

it('computes formulas of rows in two lanes', () => {
  const [a, b] = [rows(0), rows(1)];
  const cases: [ReturnType<typeof rows>, (a: number, b: number) => number][] = [
    [add(a, b), (x, y) => x + y],
    [sub(a, b), (x, y) => x - y],
    [mul(a, constant(0.1)), (x) => x * 0.1],
    [div(a, b), (x, y) => x / y],
    [abs(a), (x) => Math.abs(x)],
    [pmax(a, b), (x, y) => Math.max(x, y)],
    [pmin(a, b), (x, y) => Math.min(x, y)],
    [select(isGreater(a, b), a, constant(7)), (x, y) => (x > y ? x : 7)],
  ];
  const xs = [3, -1, 4, 1.5, 5, -9, 2, 6];
  const ys = [2, -1, 8, 2.5, -3, 9, 1, 7];
  for (const [formula, plain] of cases) {
    numbers.set(xs, slotRow(0));
    numbers.set(ys, slotRow(1));
    expect(simdFormula(formula)(64, slotAddress(2), slotAddress(0), slotAddress(1), 0, 0)).toBe(0);
    expect([...numbers.subarray(slotRow(2), slotRow(2) + 8)]).toEqual(xs.map((x, k) => plain(x, ys[k]!)));
  }
});

it('says when a result is NaN', () => {
  const same = simdFormula(rows(0));
  for (let k = 0; k < 16; k++) {
    numbers.fill(1, slotRow(0), slotRow(0) + 16);
    numbers[slotRow(0) + k] = Number.NaN;
    expect(same(64, slotAddress(1), slotAddress(0), 0, 0, 0)).toBe(k < 8 ? 1 : 0);
  }
});

it('gives the extremes of every window, whatever the period', () => {
  const rng = seeded('fold');
  const xs = Float64Array.from({ length: 2600 }, () => rng.normal());
  for (const period of [2, 3, 4, 5, 7, 8, 14, 16, 17, 30, 64, 200, 511, 512, 600]) {
    const [highest] = runFeature(max.definition, { period }, [xs]);
    const [lowest] = runFeature(min.definition, { period }, [xs]);
    for (let i = period - 1; i < xs.length; i++) {
      const window = xs.subarray(i - period + 1, i + 1);
      expect(highest![i]).toBe(Math.max(...window));
      expect(lowest![i]).toBe(Math.min(...window));
    }
  }
});

it('starts anew after a NaN in the middle of many rows', () => {
  const xs = Float64Array.from({ length: 300 }, (_, i) => (i * 7) % 31);
  xs[150] = Number.NaN;
  const [highest] = runFeature(max.definition, { period: 5 }, [xs]);
  expect(highest!.subarray(149, 156).map((x) => (Number.isNaN(x) ? -1 : 0))).toEqual(
    Float64Array.of(0, -1, -1, -1, -1, -1, 0),
  );
  expect(highest![155]).toBe(Math.max(...xs.subarray(151, 156)));
});

describe('columns in the column memory', () => {
  const names = [...FEATURES.keys()];
  const run = (
    { definition }: AnyFeature,
    inputs: readonly Float64Array[],
    isPlaced: boolean,
    cuts: readonly number[],
  ) => {
    const make = (values: Float64Array) => {
      const place = isPlaced ? placeColumn(values.length)! : new Float64Array(values.length);
      place.set(values);
      return column(place);
    };
    const outputs = definition.outputs.map(() => make(new Float64Array(inputs[0]!.length)));
    const kernel = definition.create(parseOptions(definition, {}) as never, inputs.map(make), outputs);
    let from = 0;
    for (const to of cuts) {
      kernel.advance(from, to);
      from = to;
    }
    return outputs.map((o) => o.values);
  };

  it.each(names)('%s gives the same bits there, holes included', (name) => {
    const { feature } = FEATURES.get(name)!;
    const inputs = syntheticInputs(feature.definition, 700, 5);
    for (const x of inputs) x[300] = Number.NaN;
    const want = run(feature, inputs, false, [700]);
    for (const cuts of [[700], [1, 90, 91, 301, 420, 699, 700]])
      for (const [k, got] of run(feature, inputs, true, cuts).entries())
        expect(firstDifference(want[k]!, got)).toBe(-1);
  });
});
