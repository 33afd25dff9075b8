import { expect, it } from 'vitest';
import { letLearn, letPredict, savedBy } from './module-answers.ts';

const good = { name: 'mine', version: 1, meta: {}, arrays: { w: Float64Array.of(1) } };
const saves = (answer: unknown) => savedBy({ name: 'mine', save: () => answer as never });

it.each([
  ['"nope"', 'nope'],
  ['undefined', undefined],
  ['{"name":"mine","version":1,"meta":{}}', { ...good, arrays: undefined }],
  ['"arrays":{"w":[1]}', { ...good, arrays: { w: [1] } }],
  ['"version":"1"', { ...good, version: '1' }],
  ['a promise', Promise.resolve(good)],
])('refuses %s as a saved model', (text, answer) => {
  expect(() => saves(answer)).toThrow('MODEL_ANSWER: save of "mine" returned');
  expect(() => saves(answer)).toThrow(text);
});

it('takes what is one, as it is', () => {
  expect(saves(good)).toBe(good);
});

it('refuses modules that want to be waited for, and lets what they throw later end nothing', async () => {
  const late = async () => {
    throw new Error('late');
  };
  expect(() => letLearn({ name: 'mine', fit: late }, 1)).toThrow('MODEL_ANSWER: fit of "mine" returned a promise');
  expect(() => letPredict({ name: 'mine', predictInto: late }, [], {} as never, 0, 1)).toThrow('predictInto of "mine"');
  const seen: unknown[] = [];
  letLearn({ name: 'mine', fit: (data: number) => void seen.push(data) }, 7);
  letLearn({ name: 'learns nothing' }, 8);
  expect(seen).toEqual([7]);
  await new Promise(setImmediate);
});
