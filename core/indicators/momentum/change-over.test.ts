import { expect, it } from 'vitest';
import { runFeature } from '../feature.ts';
import { mom, roc, rocp, rocr, rocr100 } from './index.ts';

const of = ({ definition }: typeof roc, values: readonly number[]) =>
  Array.from(runFeature(definition, { period: 2 }, [Float64Array.from(values)])[0]!);
const none = Number.NaN;

it('tells a change in five ways', () => {
  const values = [8, 4, 10];
  expect([mom, roc, rocp, rocr, rocr100].map((feature) => of(feature, values)[2])).toEqual([2, 25, 0.25, 1.25, 125]);
});

it('calls a change from 0 none, except for the difference', () => {
  const values = [0, 4, 10];
  expect([mom, roc, rocp, rocr, rocr100].map((feature) => of(feature, values)[2])).toEqual([10, 0, 0, 0, 0]);
});

it('begins again after a hole', () => {
  expect(of(mom, [1, 2, 4, none, 8, 16, 32, 64])).toEqual([none, none, 3, none, none, none, 24, 48]);
});
