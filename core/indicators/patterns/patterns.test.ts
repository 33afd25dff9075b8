import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import * as patterns from './index.ts';

it('there are 61 of them, as in TA-Lib', () => {
  expect(Object.keys(patterns)).toHaveLength(61);
});

/** Ten plain candles (body 2, range 4), then the given ones as [open, high, low, close]. */
function after(...candles: readonly (readonly [number, number, number, number])[]): Float64Array[] {
  const plain = Array.from({ length: 12 }, () => [100, 103, 99, 102] as const);
  const all = [...plain, ...candles];
  return [0, 1, 2, 3].map((k) => Float64Array.from(all, (candle) => candle[k as 0]));
}
const last = (feature: (typeof patterns)[keyof typeof patterns], columns: Float64Array[]) =>
  runFeature(feature.definition, {}, columns)[0]!.at(-1);

it('a doji has nearly equal open and close, measured by the ranges before it', () => {
  expect(last(patterns.cdlDoji, after([100, 102, 98, 100.375]))).toBe(100);
  expect(last(patterns.cdlDoji, after([100, 102, 98, 100.5]))).toBe(0);
});

it('an engulfing body is worth 80 where it shares an end with the last one', () => {
  expect(last(patterns.cdlEngulfing, after([102, 102, 99, 99.5], [99, 103, 99, 102.5]))).toBe(100);
  expect(last(patterns.cdlEngulfing, after([102, 102, 99, 99.5], [99.5, 103, 99, 102.5]))).toBe(80);
  expect(last(patterns.cdlEngulfing, after([99.5, 103, 99, 102.5], [103, 103, 99, 99]))).toBe(-100);
});

it('an evening star must come back by its penetration', () => {
  const columns = after([100, 110, 100, 110], [111, 112, 111, 111.5], [110, 110, 106, 106.5]);
  expect(last(patterns.cdlEveningStar, columns)).toBe(-100);
  expect(runFeature(patterns.cdlEveningStar.definition, { penetration: 0.5 }, columns)[0]!.at(-1)).toBe(0);
});

it('a hikkake is confirmed once, within three rows', () => {
  const flat = [101, 102.2, 99.8, 101] as const;
  const trap = [
    [100, 104, 98, 101],
    [101, 103, 99, 101],
    [100, 102, 98.5, 101],
  ] as const;
  const up = [101, 105, 100, 104] as const;
  const values = (...rows: readonly (readonly [number, number, number, number])[]) =>
    [...runFeature(patterns.cdlHikkake.definition, {}, after(...trap, ...rows))[0]!].slice(-rows.length - 1);
  expect(values(flat, up, up)).toEqual([100, 0, 200, 0]);
  expect(values(flat, flat, flat, up).at(-1)).not.toBe(200);
});

it('only patterns that have a penetration take one', () => {
  expect(() => runFeature(patterns.cdlDoji.definition, { penetration: 0.3 }, after())).toThrow(/FEATURE_OPTION/);
});

it('columns may start at different rows', () => {
  const columns = after([100, 110, 100, 110], [111, 112, 111, 111.5], [110, 110, 106, 106.5]);
  const padded = Float64Array.from([7, 7, ...columns[3]!]);
  const out = new Float64Array(columns[0]!.length);
  const inputs = columns.map((values, k) => (k === 3 ? { values: padded, base: -2 } : { values, base: 0 }));
  const kernel = patterns.cdlEveningStar.definition.create({ penetration: 0.3 } as never, inputs, [
    { values: out, base: 0 },
  ]);
  kernel.advance(0, out.length);
  expect(out.at(-1)).toBe(-100);
});

it('a penetration other than the default keeps the contract', () => {
  expect(checkFeature(patterns.cdlMatHold, { options: { penetration: 0.2 } })).toEqual([]);
});

it('rows that come one by one and rows all at once give the same, wherever a pattern is found', () => {
  const rows = 4000;
  const rng = seeded('candles');
  const step = (most: number) => rng.int(most + 1) / 2;
  const broken = new Set([700, 701, 2500]);
  const columns = [0, 1, 2, 3].map(() => new Float64Array(rows));
  let last = 200;
  for (let i = 0; i < rows; i++) {
    const size = i & 64 ? 2 : 8;
    const open = last + step(size) - size / 4;
    const close = open + step(size) - size / 4;
    const ends = [Math.max(open, close) + step(1) * step(3), Math.min(open, close) - step(1) * step(3)] as const;
    for (const [k, value] of [open, ...ends, close].entries()) columns[k]![i] = broken.has(i) ? Number.NaN : value;
    last = close;
  }
  let found = 0;
  for (const { definition } of Object.values(patterns)) {
    const kernel = (out: Float64Array) =>
      definition.create(
        definition.options.parse({}) as never,
        columns.map((values) => ({ values, base: 0 })),
        [{ values: out, base: 0 }],
      );
    const [whole, single] = [new Float64Array(rows), new Float64Array(rows)];
    kernel(whole).advance(0, rows);
    const one = kernel(single);
    for (let i = 0; i < rows; i++) one.advance(i, i + 1);
    expect(Buffer.from(single.buffer).equals(Buffer.from(whole.buffer)), definition.name).toBe(true);
    if (whole.some((value) => value > 0 || value < 0)) found++;
  }
  expect(found).toBeGreaterThan(50);
});
