import { expect, it } from 'vitest';
import type { Kind } from './kinds.ts';
import { checkedAnswers } from './make-module.ts';

const column = Float64Array.of(0, 1);
const saved = { name: 'mine', version: 1, meta: {}, arrays: { w: Float64Array.of(1) } };
const states = { states: ['calm', 'wild'] };
const candles = { length: 2 };

const ask = (kind: Kind, method: string, answer: unknown, args: readonly unknown[] = []) => {
  const module = checkedAnswers(kind, 'mine', { ...states, [method]: () => answer }) as unknown as Record<
    string,
    (...args: readonly unknown[]) => unknown
  >;
  return module[method]!(...args);
};

const nothing: readonly (readonly [Kind, string])[] = [
  ['model', 'fit'],
  ['model', 'predictInto'],
  ['model', 'update'],
  ['model', 'load'],
  ['regime', 'fit'],
  ['regime', 'load'],
  ['volatility', 'fit'],
  ['volatility', 'update'],
  ['volatility', 'load'],
  ['risk', 'onTradeClosed'],
];
const something: readonly (readonly [Kind, string, unknown, readonly unknown[]])[] = [
  ['feature', 'define', {}, []],
  ['model', 'save', saved, []],
  ['model', 'importance', column, []],
  ['regime', 'save', saved, []],
  ['regime', 'advance', { state: Float64Array.of(Number.NaN, 1), probabilities: [column, column] }, [candles]],
  ['volatility', 'save', saved, []],
  ['volatility', 'forecast', column, [2]],
  ['risk', 'locks', [], []],
  ['objective', 'score', Number.NaN, []],
];

it.each([...nothing, ...something.map(([kind, method]) => [kind, method] as const)])(
  '%s.%s may not be async',
  async (kind, method) => {
    const late = Promise.reject(new Error('late'));
    expect(() => ask(kind, method, late, [candles])).toThrow(
      `PLUGIN_ANSWER: ${method} of ${kind} "mine" returned a promise. Be done before ${method} returns`,
    );
    await new Promise(setImmediate);
  },
);

it.each(something)('%s.%s answers what its kind says, and no nonsense', (kind, method, good, args) => {
  expect(ask(kind, method, good, args)).toBe(good);
  for (const nonsense of [undefined, null, 'nope'])
    expect(() => ask(kind, method, nonsense, args)).toThrow(/PLUGIN_ANSWER.* returned .*\. Return /s);
});

it.each<readonly [Kind, string, unknown, unknown]>([
  ['model', 'save', { ...saved, arrays: { w: [1] } }, undefined],
  ['model', 'save', { ...saved, version: '1' }, undefined],
  ['regime', 'advance', { state: column, probabilities: [column] }, candles],
  ['regime', 'advance', { state: Float64Array.of(0, 2), probabilities: [column, column] }, candles],
  ['regime', 'advance', { state: column, probabilities: [column, column] }, { length: 3 }],
  ['volatility', 'forecast', column, 3],
  ['volatility', 'forecast', Float64Array.of(1, -1), 2],
])('%s.%s: %j is none', (kind, method, answer, given) => {
  expect(() => ask(kind, method, answer, [given])).toThrow('PLUGIN_ANSWER');
});

it('leaves modules their privacy, whether they are frozen or made once for all', () => {
  class Mine {
    #trained = 0;
    fit(rows: number): void {
      this.#trained = rows;
    }
    save() {
      return { ...saved, version: this.#trained };
    }
  }
  for (const module of [new Mine(), Object.freeze(new Mine())]) {
    const once = checkedAnswers('model', 'mine', module);
    once.fit(7);
    expect(once.save().version).toBe(7);
    expect(checkedAnswers('model', 'mine', once)).toBe(once);
  }
});
