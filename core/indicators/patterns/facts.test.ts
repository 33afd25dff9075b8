import { expect, it } from 'vitest';
import { conditions } from './facts.ts';

const keys = (text: string) => conditions(text, 0, 12).map(({ fact, holds }) => `${holds ? '' : 'not '}${fact.key}`);

it('a condition and its opposite are one fact, which holds or not', () => {
  expect(keys('white black c<=c1 c>c1')).toEqual(['not c0<o0', 'c0<o0', 'not c0>c1', 'c0>c1']);
  expect(keys('body<=short')).toEqual(keys('body<=long'));
});

it('products come before sums, which are taken from the left', () => {
  expect(keys('o>=c1-body1*0.5-h2')).toEqual(['not o0<sub(sub(c1,mul(abs(sub(c1,o1)),0.5)),h2)']);
});

it('an average begins where the pattern is first looked at, for the candle that it is asked of', () => {
  const [one] = conditions('o<=c1+near1', 2, 12);
  expect(one).toMatchObject({ lag: 2, holds: false, reach: 8, fact: { scope: 'average' } });
  expect(one!.fact.key).toBe('o0>add(c1,mul(0.2,div(sum(range,5,1,10),5)))');
});

it.each(['o', 'o<x', 'o<c1+', 'o<<c', 'tall>o'])('"%s" is refused', (text) => {
  expect(() => conditions(text, 0, 12)).toThrow(/is no condition of a candle/);
});
