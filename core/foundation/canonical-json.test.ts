import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

it('sorts keys, leaves undefined out, and has one zero and no NaN', () => {
  expect(canonicalJson({ 10: 4, 2: 5, b: [1, -0, Number.NaN], a: { d: undefined, c: 'x"' }, e: null })).toBe(
    '{"2":5,"10":4,"a":{"c":"x\\""},"b":[1,0,null],"e":null}',
  );
  expect(canonicalJson(new Float64Array([0.1, Number.POSITIVE_INFINITY, -0]))).toBe('[0.1,null,0]');
  expect(canonicalJson([undefined, true])).toBe('[null,true]');
});

it('is the JSON that JavaScript writes of the same contents, whatever the order of keys', () => {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
    const object = value as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      Object.keys(object)
        .sort()
        .map((k) => [k, sorted(object[k])]),
    );
  };
  const key = fc.oneof(fc.string(), fc.nat().map(String));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.double(),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('tree')),
      fc.dictionary(key, tie('tree')),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      expect(canonicalJson(value)).toBe(JSON.stringify(sorted(value)));
    }),
  );
});
