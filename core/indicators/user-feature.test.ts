import { expect, it } from 'vitest';
import { z } from 'zod';
import { runFeature } from './feature.ts';
import { userFeature } from './user-feature.ts';

const rows = Float64Array.of(1, 2, Number.NaN, 4);
const two = { name: 'mine', inputs: ['x'] as const, options: z.object({}) };
const values = (next: unknown, more: object = {}, inputs = [rows]) =>
  runFeature(userFeature({ ...two, ...more, next: next as never }).definition, {}, inputs)[0]!;

it('computes a row from its inputs, anew after a NaN, and leaves out its warm-up', () => {
  const counted = () => {
    let seen = 0;
    return (x: number) => x * 10 + ++seen;
  };
  expect([...values(counted)]).toEqual([11, 22, Number.NaN, 41]);
  expect([...values(counted, { warmup: () => 1 })]).toEqual([Number.NaN, 22, Number.NaN, Number.NaN]);
  expect([...values(() => (x: number) => (x > 1) as never)]).toEqual([0, 1, Number.NaN, 1]);
});

it('says what is wrong with a feature that is not whole', () => {
  expect(() => values(undefined)).toThrow(/^FEATURE_USER: the feature "mine" has no next\. userFeature takes/);
  expect(() => values(5)).toThrow('has next = 5. Write next: (options) => (x) => value.');
  expect(() => values(() => undefined)).toThrow('has a next that returned undefined');
  const next = () => (x: number) => x;
  expect(() => values(next, { warmup: 5 })).toThrow('has warmup = 5');
  expect(() => values(next, { settle: 5 })).toThrow('has settle = 5. Write settle: (options) => rows.');
  const settles = (settle: unknown) =>
    userFeature({ ...two, next, ...(settle !== null && { settle: settle as never }) }).definition.settle({} as never);
  expect([settles(null), settles(() => 2.5)]).toEqual([Number.POSITIVE_INFINITY, 3]);
  for (const rows of [-1, Number.NaN, 'x']) expect(() => settles(() => rows)).toThrow(/settles after .* rows/);
  for (const rows of [-1, 0.5, Number.NaN, 'x'])
    expect(() => values(next, { warmup: () => rows })).toThrow(/has a warm-up of .* Return a whole number of rows/);
});

it.each([undefined, null, '1', {}, 10n, Promise.resolve(1)])('refuses a row for which it returns %s', (value) => {
  expect(() => values(() => () => value)).toThrow(
    /^FEATURE_USER: the feature "mine" returned .* for a row\. Return a number/,
  );
  const inputs = ['a', 'b', 'c', 'd', 'e', 'f'];
  expect(() =>
    values(
      () => () => value,
      { inputs },
      inputs.map(() => rows),
    ),
  ).toThrow('for a row');
});
