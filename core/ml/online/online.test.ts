import { describe, expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { ftrl } from './ftrl.ts';
import type { OnlineModel, OnlineState, OnlineTask } from './online-model.ts';
import { passiveAggressive } from './passive-aggressive.ts';
import { sgd } from './sgd.ts';

type Make = (features: number, options: { readonly task: OnlineTask; readonly from?: OnlineState }) => OnlineModel;
const MAKERS: readonly (readonly [string, Make])[] = [
  ['descent', sgd],
  ['follow the leader', ftrl],
  ['passive-aggressive', passiveAggressive],
];

function* rows(count: number) {
  const rng = seeded('online');
  for (let i = 0; i < count; i++) {
    const x = [rng.normal(), rng.normal(), rng.normal()];
    yield { x, signal: 1.5 * x[0]! - x[1]! + 0.5 };
  }
}

describe.each(MAKERS)('%s', (_, make) => {
  it('learns a line and which side of it a row lies on', () => {
    const line = make(3, { task: 'regression' });
    const side = make(3, { task: 'classification' });
    let squares = 0;
    let right = 0;
    let i = 0;
    for (const { x, signal } of rows(6000)) {
      if (i >= 5000) {
        squares += (line.predict(x) - signal) ** 2;
        right += side.predict(x) > 0.5 === signal > 0 ? 1 : 0;
      }
      line.learn(x, signal);
      side.learn(x, signal > 0 ? 1 : 0);
      i++;
    }
    expect(Math.sqrt(squares / 1000)).toBeLessThan(0.12);
    expect(right / 1000).toBeGreaterThan(0.96);
  });

  it('goes on from a saved state as if it had never stopped', () => {
    const whole = make(3, { task: 'classification' });
    let cut = make(3, { task: 'classification' });
    let i = 0;
    for (const { x, signal } of rows(200)) {
      whole.learn(x, signal > 0 ? 1 : 0);
      cut.learn(x, signal > 0 ? 1 : 0);
      if (i++ === 100) cut = make(3, { task: 'classification', from: cut.state() });
    }
    expect(cut.state()).toEqual(whole.state());
  });

  it('refuses rows that it cannot learn from', () => {
    const model = make(2, { task: 'classification' });
    expect(() => model.learn([1], 1)).toThrow(/ONLINE_DATA: the row has 1 features, the model 2/);
    expect(() => model.learn([1, Number.NaN], 1)).toThrow(/feature 1 is NaN/);
    expect(() => model.learn([1, 1], 2)).toThrow(/the target is 2. Classes are 0 and 1/);
  });
});

it('leaves weights of noise at exactly zero under an L1 penalty', () => {
  const model = ftrl(3, { task: 'regression', l1: 50 });
  for (const { x, signal } of rows(3000)) model.learn(x, signal);
  expect(model.predict([0, 0, 1])).toBe(model.predict([0, 0, -1]));
  expect(model.predict([1, 0, 0])).toBeGreaterThan(model.predict([-1, 0, 0]));
});
