import { expect, it } from 'vitest';
import { column } from '../../columns/column.ts';
import { sma } from '../overlap/sma.ts';
import { delayStart, pipeline, scratch } from './pipeline.ts';

function meanOfMean(input: Float64Array, output: Float64Array) {
  const middle = scratch(3);
  const options = { period: 3 } as never;
  return pipeline(
    [
      sma.definition.create(options, [column(input)], [middle]),
      sma.definition.create(options, [middle], [column(output)]),
    ],
    [middle],
  );
}

it('feeds each stage with what the one before wrote, across its blocks', () => {
  const input = Float64Array.from({ length: 1300 }, (_, i) => i);
  const output = new Float64Array(1300);
  meanOfMean(input, output).advance(0, 1300);
  expect(output.subarray(0, 4).every(Number.isNaN)).toBe(true);
  for (let i = 4; i < 1300; i++) expect(output[i]).toBe(i - 2);
});

it('keeps in its state what the stages look back to', () => {
  const input = Float64Array.from({ length: 60 }, (_, i) => (i * i) % 17);
  const whole = new Float64Array(60);
  meanOfMean(input, whole).advance(0, 60);
  const first = meanOfMean(input, new Float64Array(60));
  first.advance(0, 31);
  const rest = new Float64Array(60);
  const second = meanOfMean(input, rest);
  second.state.set(first.state);
  second.advance(31, 60);
  expect([...rest.subarray(31)]).toEqual([...whole.subarray(31)]);
});

it('delays the first value after the start and after a NaN', () => {
  const input = Float64Array.of(1, 2, 3, Number.NaN, 5, 6, 7);
  const output = new Float64Array(7);
  delayStart(2, column(input), column(output)).advance(0, 7);
  expect([...output]).toEqual([Number.NaN, Number.NaN, 3, Number.NaN, Number.NaN, Number.NaN, 7]);
});
