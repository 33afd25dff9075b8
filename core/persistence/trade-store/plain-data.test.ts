import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PlainData } from '../../ports/stored-rows.ts';
import { decodePlain, encodePlain } from './plain-data.ts';

it('brings back plain data to the last bit, NaN, infinities and marked strings included', () => {
  const leaf = fc.oneof(
    fc.double().map((x) => x + 0),
    fc.constantFrom('~', '~NaN', '~~Infinity', 'NaN', ''),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
  );
  const data = fc.letrec<{ tree: PlainData }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('tree')),
      fc.dictionary(fc.constantFrom('a', '~NaN', 'c'), tie('tree')),
    ),
  })).tree;
  fc.assert(
    fc.property(data, (x) => {
      expect(decodePlain(encodePlain(x))).toEqual(withoutMinusZero(x));
    }),
  );
});

it('is the text of JSON where JSON can say it', () => {
  expect(encodePlain({ a: [1, 0.1, 'x'] })).toBe('{"a":[1,0.1,"x"]}');
  expect(encodePlain({ a: Number.NaN, b: '~' })).toBe('{"a":"~NaN","b":"~~"}');
});

function withoutMinusZero(x: PlainData): PlainData {
  if (Object.is(x, -0)) return 0;
  if (Array.isArray(x)) return x.map(withoutMinusZero);
  if (x === null || typeof x !== 'object') return x;
  return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, withoutMinusZero(v as PlainData)]));
}
