import { expect, it } from 'vitest';
import { scoreOf } from './search-objective.ts';

const scored = (score: () => unknown) =>
  scoreOf({ name: 'mine', module: { name: 'mine', score } as never }, {} as never);

it('takes numbers, NaN among them', () => {
  expect([scored(() => 2), scored(() => Number.NaN)]).toEqual([2, Number.NaN]);
});

it('says what an objective threw, and where', () => {
  const thrown = () => {
    throw new TypeError('no trades');
  };
  expect(() => scored(thrown)).toThrow('PLUGIN_FAILED: objective "mine" threw in score: no trades');
});
